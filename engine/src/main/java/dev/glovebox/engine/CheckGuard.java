package dev.glovebox.engine;

import dev.glovebox.control.Refusal;
import dev.glovebox.runtimes.SandboxFacts;
import dev.glovebox.runtimes.check.RefusedCallsFile;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Looks at a checked gVisor sandbox from the host while it runs: whether it is one, and whether it
/// writes more into its log of refused calls than gVisor would. Ends the pod where it is not sound.
final class CheckGuard implements AutoCloseable {
    /// Over what needs none.
    static final CheckGuard NONE = new CheckGuard();

    private static final long AGAIN_MILLIS = 100;

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "";
    private volatile Optional<SandboxFacts> seen = Optional.empty();

    private CheckGuard() {}

    /// Begins to look.
    static CheckGuard over(Parts node, OnePod one, RefusedCallsFile log) {
        CheckGuard guard = new CheckGuard();
        Thread.ofVirtual().name("check-guard").start(() -> guard.look(node, one, log));
        return guard;
    }

    /// What the host saw of the sandbox; empty where it had ended before.
    Optional<SandboxFacts> seen() {
        return seen;
    }

    /// @throws Refusal where what ran was not sound
    void requireSound() throws Refusal {
        if (!trouble.isEmpty()) {
            throw new Refusal(CheckRequest.NOT_CHECKED, trouble);
        }
    }

    private void look(Parts node, OnePod one, RefusedCallsFile log) {
        try {
            seen = InspectRequest.facts(node, one.pod());
            seen.flatMap(CheckGuard::notGvisor).ifPresent(why -> end(one, why));
            while (trouble.isEmpty() && !closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                if (log.tooLarge()) {
                    end(one, "gVisor's log of refused calls grew without end; the pod was ended");
                }
            }
        } catch (IOException | RuntimeException e) {
            end(one, "the sandbox cannot be looked at: " + Troubles.sentence(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<String> notGvisor(SandboxFacts facts) {
        return facts.containerProcesses().stream()
                .findFirst()
                .map(process ->
                        "what ran under handler \"%s\" was not gVisor: the host saw its process \"%s\""
                                .formatted(facts.handler(), Printable.of(process.command())));
    }

    private void end(OnePod one, String why) {
        if (trouble.isEmpty()) {
            trouble = why;
        }
        one.endAndKeep();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
