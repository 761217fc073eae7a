package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The engine is killed again and again while clients write and one watches. Afterwards everything
/// that was acknowledged is there, everything else is there wholly or not at all, and the watch has
/// seen each write once and in order. The property `glovebox.kills` says how often.
@WithoutNode
class KillsIT {
    private static final int KILLS = Integer.getInteger("glovebox.kills", 6);
    private static final int WRITERS = 4;
    private static final int LONGEST_LIFE_MILLIS = 500;
    private static final String WRITTEN =
            "/api/v1/namespaces/default/configmaps?labelSelector=written-by%3Dmodel";

    private final Engine engine = Engine.in(212);
    private final WriteModel model = new WriteModel();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new);

    @AfterEach
    void purge() {
        threads.shutdownNow();
        engine.purge().ok();
    }

    @Test
    void no_acknowledged_write_is_lost_and_the_watch_sees_each_once() throws Exception {
        var seed = System.nanoTime();
        var random = new Random(seed);
        var writers = new ArrayList<ModelWriter>();
        for (var i = 0; i < WRITERS; i++) {
            writers.add(new ModelWriter("w" + i, random.nextLong(), model));
        }
        HistoryWatcher watcher;
        try (var life = Life.start(engine)) {
            watcher = new HistoryWatcher(revision(life));
        }
        for (var kill = 0; kill < KILLS; kill++) {
            live(writers, watcher, random.nextInt(LONGEST_LIFE_MILLIS));
        }
        try (var life = Life.start(engine)) {
            model.judge(stored(life));
            var watching = watching(watcher, life);
            watcher.await(newest(life));
            life.process().destroyForcibly();
            watching.get();
        }
        model.judgeHistory(watcher.seen());
        assertThat(model.size()).as("writes, seed %d", seed).isGreaterThan(KILLS);
        System.out.printf("%d kills, %d writes, seed %d%n", KILLS, model.size(), seed);
    }

    /// One life: what is there is judged, then everybody writes until the kill.
    private void live(List<ModelWriter> writers, HistoryWatcher watcher, int millis)
            throws Exception {
        List<Future<?>> busy = new ArrayList<>();
        try (var life = Life.start(engine)) {
            model.judge(stored(life));
            busy.add(watching(watcher, life));
            for (var writer : writers) {
                busy.add(threads.submit(task(() -> writer.writeUntilGone(life.api()))));
            }
            TimeUnit.MILLISECONDS.sleep(millis);
            life.process().destroyForcibly().onExit().join();
            for (var each : busy) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
    }

    private Future<?> watching(HistoryWatcher watcher, Life life) {
        return threads.submit(task(() -> watcher.watchUntilGone(life.api())));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Callable<Boolean> task(Work work) {
        return () -> {
            work.run();
            return true;
        };
    }

    private static JsonNode list(Life life) throws IOException, InterruptedException {
        var reply = life.api().get(WRITTEN);
        assertThat(reply.code()).as(reply.toString()).isEqualTo(200);
        return reply.body();
    }

    private static long revision(Life life) throws IOException, InterruptedException {
        return ModelWriter.revision(list(life));
    }

    /// Writes one object more and says its revision: a watcher that has come so far has seen all.
    private long newest(Life life) throws IOException, InterruptedException {
        return new ModelWriter("last", 0, model).create(life.api(), "last");
    }

    private static Map<String, String> stored(Life life) throws IOException, InterruptedException {
        var values = new TreeMap<String, String>();
        for (var item : list(life).required("items")) {
            values.put(item.at("/metadata/name").textValue(), item.at("/data/value").textValue());
        }
        return values;
    }
}
