package dev.glovebox.controllers.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// Does the same many times, at first once, then twice as often at a time as before, and no further
/// than to the first failure: what fails always is not tried in hundreds. Source:
/// kube-controller-manager's `slowStartBatch`.
public final class SlowStart {
    private SlowStart() {}

    /// What came of it.
    ///
    /// @param done how many succeeded
    /// @param failure the first failure; empty when all succeeded
    public record Result(int done, Optional<RuntimeException> failure) {}

    /// Does something that often.
    ///
    /// @param action gets 0 and so on, on several threads at once
    public static Result run(int times, IntConsumer action) {
        int done = 0;
        int batch = 1;
        while (done < times) {
            int size = Math.min(batch, times - done);
            Result result = atOnce(done, size, action);
            done += result.done();
            if (result.failure().isPresent()) {
                return new Result(done, result.failure());
            }
            batch *= 2;
        }
        return new Result(done, Optional.empty());
    }

    /// Does something for each of some numbers at once, whatever fails among them.
    public static Result atOnce(int from, int size, IntConsumer action) {
        List<Future<?>> tasks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = from; i < from + size; i++) {
                int number = i;
                tasks.add(threads.submit(() -> action.accept(number)));
            }
        }
        int done = 0;
        Optional<RuntimeException> failure = Optional.empty();
        for (Future<?> task : tasks) {
            if (task.state() == Future.State.SUCCESS) {
                done++;
            } else if (failure.isEmpty()) {
                failure = Optional.of(failure(task));
            }
        }
        return new Result(done, failure);
    }

    private static RuntimeException failure(Future<?> task) {
        if (task.state() == Future.State.FAILED
                && task.exceptionNow() instanceof RuntimeException failure) {
            return failure;
        }
        return new IllegalStateException("ended by an interrupt");
    }
}
