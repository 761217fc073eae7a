package dev.glovebox.control;

/// A request that cannot be carried out, for a reason that its caller can read and act on.
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    /// @param exitCode what the command line ends with, 1 to 255
    /// @param message one line
    public Refusal(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /// What the command line ends with.
    public int exitCode() {
        return exitCode;
    }
}
