package dev.glovebox.runtimes;

/// A sandbox of our own could not be started, used or ended: what was tried, under which handler,
/// and why it failed. A sentence without a full stop.
public final class SandboxFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    /// A failure without another one behind it.
    ///
    /// @param why one clause for a person
    public SandboxFailure(String why) {
        super(why);
        this.why = why;
    }

    SandboxFailure(String why, Throwable cause) {
        super(why, cause);
        this.why = why;
    }

    /// The message, which is never null.
    public String why() {
        return why;
    }
}
