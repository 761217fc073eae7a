package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore;
import dev.glovebox.containerd.Cri;
import dev.glovebox.cri.ImageSpec;
import dev.glovebox.cri.PullImageRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Pulls of images that are watched: their bytes are told as they come, and a pull is given up when
/// none come any more, however long it takes otherwise.
record Pulls(Cri cri, ContentStore content, InstantSource clock) {
    private static final Duration LOOK = Duration.ofMillis(300);

    /// For the largest image on the slowest line, and its unpacking.
    private static final Duration LONGEST = Duration.ofHours(6);

    /// Pulls; answers the image's reference in CRI.
    ///
    /// @param image its name in full
    /// @param quiet how long nothing may come
    /// @param listener hears how far it is; what it throws ends the pull
    /// @throws dev.glovebox.containerd.CriException as CRI refuses it
    /// @throws TimeoutException when nothing came for so long
    String pull(String image, Duration quiet, ImageStore.Listener listener)
            throws IOException, InterruptedException, TimeoutException {
        FutureTask<String> pull =
                new FutureTask<>(() ->
                        cri.pullImage(
                                PullImageRequest.newBuilder()
                                        .setImage(ImageSpec.newBuilder().setImage(image))
                                        .build(),
                                LONGEST));
        Thread thread = Thread.ofVirtual().name("pull " + image).start(pull);
        try {
            Arrivals arrivals = new Arrivals(clock.instant());
            while (!ended(pull)) {
                Instant now = clock.instant();
                arrivals.look(content.arriving(), now);
                listener.progress(arrivals.progress());
                if (arrivals.stalled(now, quiet)) {
                    throw new TimeoutException();
                }
            }
            return result(pull);
        } finally {
            thread.interrupt();
        }
    }

    private static boolean ended(FutureTask<String> pull) throws InterruptedException {
        try {
            var _ = pull.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException running) {
            return false;
        }
    }

    private static String result(FutureTask<String> pull) throws InterruptedException {
        try {
            return pull.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
