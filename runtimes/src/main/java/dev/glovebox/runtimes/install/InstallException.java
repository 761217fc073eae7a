package dev.glovebox.runtimes.install;

/// Why a runtime was not installed, removed or taken back: one sentence, without a full stop, that
/// says what would help where something would. Nothing was changed.
public class InstallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Something asked for that cannot be had.
    public InstallException(String sentence) {
        super(sentence);
    }

    /// Something that failed.
    public InstallException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
