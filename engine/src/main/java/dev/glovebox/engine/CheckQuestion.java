package dev.glovebox.engine;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.CriException;
import dev.glovebox.cri.ExecSyncResponse;
import dev.glovebox.runtimes.check.Captured;
import dev.glovebox.runtimes.check.Side;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A command that is tried in a running container until it ends with 0, which a server answers once
/// it has come up.
final class CheckQuestion implements AutoCloseable {
    private static final Duration ONE_TRY = Duration.ofSeconds(10);
    private static final long AGAIN_MILLIS = 250;
    private static final int MOST = 1 << 20;

    private final Cri cri;
    private final String container;
    private final String command;
    private final Runnable then;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<Side.Answer> answer;

    private CheckQuestion(Cri cri, String container, String command, Runnable then) {
        this.cri = cri;
        this.container = container;
        this.command = command;
        this.then = then;
        this.answer = command.isEmpty() ? Optional.empty() : Optional.of(Side.Answer.NONE);
    }

    /// Begins to ask.
    ///
    /// @param command for the image's `sh`; empty for no question
    /// @param then done once it is answered
    static CheckQuestion ask(Cri cri, String container, String command, Runnable then) {
        CheckQuestion question = new CheckQuestion(cri, container, command, then);
        if (!command.isEmpty()) {
            Thread.ofVirtual().name("check-question").start(question::tryUntilAnswered);
        }
        return question;
    }

    /// The last answer, [Side.Answer#NONE] while there is none yet; empty where nothing was asked.
    Optional<Side.Answer> answer() {
        return answer;
    }

    /// Whether it was answered with 0.
    boolean answered() {
        return answer.filter(last -> last.code() == 0).isPresent();
    }

    private void tryUntilAnswered() {
        try {
            do {
                Side.Answer last = once();
                if (closed.getCount() == 0) {
                    return; // the container was being stopped, which is no answer of its own
                }
                answer = Optional.of(last);
            } while (!answered() && !closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS));
            if (answered()) {
                then.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Side.Answer once() {
        try {
            ExecSyncResponse response =
                    cri.execSync(container, List.of("sh", "-c", command), ONE_TRY);
            byte[] out = response.getStdout().toByteArray();
            return new Side.Answer(
                    response.getExitCode(),
                    new Captured(
                            Arrays.copyOf(out, Math.min(out.length, MOST)), out.length > MOST));
        } catch (CriException e) {
            return Side.Answer.NONE;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
