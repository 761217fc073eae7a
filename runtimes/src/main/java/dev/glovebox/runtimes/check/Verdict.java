package dev.glovebox.runtimes.check;

/// What is to be made of a check, and the exit code that says so.
public enum Verdict {
    /// It ends and writes as it does under runc.
    SAME("same", 0),
    /// It runs under gVisor, and something is otherwise.
    DIFFERENT("different", 3),
    /// It works under runc, and not under gVisor.
    FAILS("fails", 4),
    /// It runs under gVisor; nothing was compared.
    RUNS("runs", 0),
    /// It failed under gVisor, and nobody looked whether it does under runc, or it fails there too
    /// in another way; or a question was answered under neither.
    UNKNOWN("unknown", 5);

    private final String word;
    private final int exitCode;

    Verdict(String word, int exitCode) {
        this.word = word;
        this.exitCode = exitCode;
    }

    /// The word for programs.
    public String word() {
        return word;
    }

    /// What `check` ends with.
    public int exitCode() {
        return exitCode;
    }
}
