package dev.glovebox.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listening server. A few event loops move bytes; each request is handled on a virtual thread.
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int EVENT_LOOPS = 2;

    private final HttpSettings settings;
    private final Connections connections;
    private final EventLoopGroup loops;
    private final Channel listener;

    private HttpServer(
            HttpSettings settings,
            Connections connections,
            EventLoopGroup loops,
            Channel listener) {
        this.settings = settings;
        this.connections = connections;
        this.loops = loops;
        this.listener = listener;
    }

    /// Listens, and answers by `handler` from now on. A unix socket's file is made readable and
    /// writable by its owner alone; one that a dead server left behind is replaced.
    ///
    /// @throws ListenException when the address cannot be listened on
    public static HttpServer start(HttpSettings settings, HttpHandler handler) {
        SocketAddress address = settings.listen();
        if (address instanceof UnixDomainSocketAddress unix) {
            removeStale(unix);
        }
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        EVENT_LOOPS,
                        new DefaultThreadFactory("http", true),
                        KeptRegistrations.factory());
        try {
            Connections connections = new Connections(withinOpenFiles(settings.limits()), handler);
            ChannelFuture bound =
                    new ServerBootstrap()
                            .group(loops)
                            .channel(kind(address))
                            .option(ChannelOption.SO_BACKLOG, 256)
                            .childHandler(new ConnectionPipeline(settings, connections))
                            .bind(nettys(address))
                            .awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new ListenException(address, cure(address, bound.cause()), bound.cause());
            }
            protect(address);
            return new HttpServer(settings, connections, loops, bound.channel());
        } catch (RuntimeException e) {
            var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /// Half of the files that the process may open are left to everything else.
    private static HttpSettings.Limits withinOpenFiles(HttpSettings.Limits limits) {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean machine
                ? limits.withConnections(
                        (int)
                                Math.min(
                                        limits.connections(),
                                        machine.getMaxFileDescriptorCount() / 2))
                : limits;
    }

    /// Where the server listens, with the port that it was given.
    public SocketAddress address() {
        return settings.listen() instanceof UnixDomainSocketAddress unix
                ? unix
                : listener.localAddress();
    }

    /// Stops listening, tells running streams to end, waits for running answers as long as the
    /// limits allow, and closes what is left.
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        connections.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        if (settings.listen() instanceof UnixDomainSocketAddress unix) {
            delete(unix.getPath());
        }
    }

    private static Class<? extends ServerChannel> kind(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress
                ? EpollServerDomainSocketChannel.class
                : EpollServerSocketChannel.class;
    }

    private static SocketAddress nettys(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix
                ? new DomainSocketAddress(unix.getPath().toFile())
                : address;
    }

    private static String cure(SocketAddress address, Throwable cause) {
        if (address instanceof InetSocketAddress inet) {
            if (inet.isUnresolved() || !isOurs(inet)) {
                return "this machine has no such address; choose one that it has";
            }
            if (cause instanceof BindException) {
                return "the port is in use; stop what listens there, or choose another port";
            }
        }
        return String.valueOf(cause.getMessage());
    }

    private static boolean isOurs(InetSocketAddress address) {
        try {
            return address.getAddress().isAnyLocalAddress()
                    || address.getAddress().isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address.getAddress()) != null;
        } catch (SocketException e) {
            LOG.atDebug().setCause(e).log("interfaces cannot be read");
            return true;
        }
    }

    private static void removeStale(UnixDomainSocketAddress address) {
        if (!Files.exists(address.getPath())) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(address);
        } catch (IOException refused) {
            LOG.atDebug().addKeyValue("socket", address).log("replacing a dead server's socket");
            delete(address.getPath());
            return;
        }
        throw new ListenException(
                address,
                "another process listens there; stop it first",
                new BindException("address in use"));
    }

    private static void protect(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            try {
                Files.setPosixFilePermissions(
                        unix.getPath(), PosixFilePermissions.fromString("rw-------"));
            } catch (IOException e) {
                throw new ListenException(address, "its file cannot be protected", e);
            }
        }
    }

    private static void delete(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("socket", socket).setCause(e).log("socket stays behind");
        }
    }
}
