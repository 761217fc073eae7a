package dev.glovebox.apiserver.cel;

/// What evaluations may cost, together and each: steps, of which a hundred thousand take about a
/// tenth of a second. A step is what looks at one value; what looks at all of a value takes more.
/// Time is bounded besides, in case something costs more than it was thought to. One thread.
public final class Budget {
    /// Of one evaluation, as in Kubernetes.
    public static final long PER_CALL = 1_000_000;

    /// Of all rules for one object together, as in Kubernetes.
    public static final long PER_OBJECT = 10_000_000;

    private static final long LONGEST_NANOS = 10_000_000_000L;
    private static final int BETWEEN_LOOKS = 4096;

    static final ScopedValue<Budget> CURRENT = ScopedValue.newInstance();

    private long left;
    private long leftOfCall;
    private final long begun = System.nanoTime();
    private int untilLook = BETWEEN_LOOKS;

    /// @param total steps of all evaluations together
    public Budget(long total) {
        this.left = total;
    }

    /// Ends an evaluation. No [Exception]: `||` would take it for a value that is not there and go
    /// on.
    static final class Exhausted extends Error {
        private static final long serialVersionUID = 1L;

        /// Whether nothing is left for others either.
        private final boolean total;

        Exhausted(boolean total) {
            super("budget exhausted", null, false, false);
            this.total = total;
        }

        boolean total() {
            return total;
        }
    }

    void beginCall() {
        leftOfCall = PER_CALL;
        if (left <= 0) {
            throw new Exhausted(true);
        }
    }

    /// Takes steps.
    ///
    /// @throws Exhausted when there are not as many
    void take(long steps) {
        left -= steps;
        leftOfCall -= steps;
        if (leftOfCall < 0 || left < 0) {
            throw new Exhausted(left < 0);
        }
        if (--untilLook <= 0) {
            untilLook = BETWEEN_LOOKS;
            if (System.nanoTime() - begun > LONGEST_NANOS) {
                left = -1;
                throw new Exhausted(true);
            }
        }
    }

    /// Takes what it costs to look at all of some values, from the evaluation that this thread is
    /// in.
    static void charge(long weight) {
        CURRENT.get().take(1 + weight / 10);
    }
}
