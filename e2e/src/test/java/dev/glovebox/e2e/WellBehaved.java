package dev.glovebox.e2e;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A client that does what clients do, all the time, and notes whatever is not answered as it
/// should be: it creates an object, reads it, lists and deletes it, each time over a new
/// connection.
final class WellBehaved {
    private static final String PLACE = "/api/v1/namespaces/default/configmaps";
    private static final String OBJECT =
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"good\"}}";

    private final Flood client;
    private final Thread thread;

    @GuardedBy("this")
    private final List<String> troubles = new ArrayList<>();

    @GuardedBy("this")
    private int rounds;

    private volatile boolean closed;

    WellBehaved(Flood client) {
        this.client = client;
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                expect(
                        " 201 ",
                        client.head("POST", PLACE, "Content-Length: " + OBJECT.length() + "\r\n")
                                + OBJECT);
                expect(" 200 ", client.head("GET", PLACE + "/good", ""));
                expect(" 200 ", client.head("DELETE", PLACE + "/good", ""));
                synchronized (this) {
                    rounds++;
                    notifyAll();
                }
            } catch (IOException | AssertionError e) {
                synchronized (this) {
                    troubles.add(e.toString());
                    notifyAll();
                    return;
                }
            }
        }
    }

    private void expect(String code, String request) throws IOException {
        String answer = client.ask(request);
        if (!answer.startsWith("HTTP/1.1" + code)) {
            throw new AssertionError(request.lines().findFirst() + " was answered " + answer);
        }
    }

    /// Waits until it has been served from beginning to end three times more.
    void awaitService() throws InterruptedException {
        synchronized (this) {
            int wanted = rounds + 3;
            while (rounds < wanted && troubles.isEmpty()) {
                wait();
            }
            if (!troubles.isEmpty()) {
                throw new AssertionError("a well-behaved client was not served: " + troubles);
            }
        }
    }

    /// Ends it.
    void stop() throws InterruptedException {
        closed = true;
        thread.join();
        synchronized (this) {
            if (!troubles.isEmpty()) {
                throw new AssertionError("a well-behaved client was not served: " + troubles);
            }
        }
    }
}
