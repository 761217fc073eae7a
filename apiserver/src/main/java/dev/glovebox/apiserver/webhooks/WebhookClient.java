package dev.glovebox.apiserver.webhooks;

import dev.glovebox.apiserver.rules.IpAddress;
import dev.glovebox.model.Authority;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a body to a webhook and brings its answer, within a time that nothing makes longer: when
/// it is over the socket is closed, whatever the server is doing. Safe for use by any thread;
/// blocks.
final class WebhookClient {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookClient.class);
    private static final String LATE = "context deadline exceeded";

    /// Names that are looked up at once. A lookup cannot be broken off.
    private static final int LOOKUPS = 8;

    private static final ThreadFactory DAEMONS =
            Thread.ofPlatform().daemon().name("webhook-", 0).factory();

    private final ServiceTargets services;
    private final ExecutorService lookups = Executors.newFixedThreadPool(LOOKUPS, DAEMONS);
    private final ScheduledThreadPoolExecutor watchdog =
            new ScheduledThreadPoolExecutor(1, DAEMONS);

    WebhookClient(ServiceTargets services) {
        this.services = services;
        watchdog.setRemoveOnCancelPolicy(true);
    }

    /// The answer to a JSON body.
    ///
    /// @param patience how long all of it may take
    /// @throws WebhookFailure when there is none
    HttpsPost.Answer post(Endpoint endpoint, byte[] body, Duration patience) throws WebhookFailure {
        long seconds = patience.plusMillis(999).toSeconds();
        String query = "?timeout=" + seconds + "s";
        long end = System.nanoTime() + patience.toNanos();
        Socket socket = new Socket();
        Future<?> alarm =
                watchdog.schedule(() -> close(socket), patience.toNanos(), TimeUnit.NANOSECONDS);
        try {
            InetSocketAddress address = address(endpoint.place(), end);
            connect(socket, address, end);
            return HttpsPost.send(socket, endpoint, endpoint.place().path() + query, body);
        } catch (IOException e) {
            String words = System.nanoTime() - end >= 0 ? LATE : words(e);
            throw WebhookFailure.calling(
                    "Post \"%s%s\": %s".formatted(endpoint.place().url(), query, words), e);
        } finally {
            alarm.cancel(false);
            close(socket);
        }
    }

    private static void connect(Socket socket, InetSocketAddress address, long end)
            throws IOException {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        try {
            socket.connect(address, (int) Math.max(1, left));
        } catch (ConnectException e) {
            String host = IpAddress.spelled(address.getAddress().getHostAddress());
            throw new IOException(
                    "dial tcp %s: connect: connection refused"
                            .formatted(Authority.of(host, address.getPort())),
                    e);
        }
        socket.setTcpNoDelay(true);
    }

    private InetSocketAddress address(Endpoint.Place place, long end) throws IOException {
        return switch (place) {
            case Endpoint.Place.Service service -> services.find(service);
            case Endpoint.Place.Url url -> new InetSocketAddress(lookup(url, end), url.port());
        };
    }

    private InetAddress lookup(Endpoint.Place.Url url, long end) throws IOException {
        Future<InetAddress> found = lookups.submit(() -> InetAddress.getByName(url.host()));
        try {
            return found.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException) {
                throw new IOException("dial tcp: lookup %s: no such host".formatted(url.host()), e);
            }
            throw new IOException("dial tcp: lookup %s failed".formatted(url.host()), e);
        } catch (TimeoutException e) {
            found.cancel(true);
            throw new IOException(LATE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("context canceled", e);
        }
    }

    /// What is said of a failure: of a certificate that is not believed that, else what the JDK
    /// says.
    private static String words(IOException failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof Authorities.Unbelieved unbelieved) {
                return String.valueOf(unbelieved.getMessage());
            }
        }
        return String.valueOf(failure.getMessage());
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a connection to a webhook closed badly");
        }
    }
}
