package dev.glovebox.runtimes.install;

/// A source from which nothing can be had just now: another one may do. What a source gave and was
/// not what was promised is no such case.
final class UnreachableException extends InstallException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String sentence) {
        super(sentence);
    }

    UnreachableException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
