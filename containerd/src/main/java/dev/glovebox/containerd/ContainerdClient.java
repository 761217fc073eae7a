package dev.glovebox.containerd;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A connection to one containerd on its unix socket. It is made when first used and again whenever
/// it breaks; a call on a socket where nobody listens fails with [CriException.Code#UNAVAILABLE].
public final class ContainerdClient implements AutoCloseable {
    /// CRI's lists of many pods are large; kubelet takes as much.
    private static final int LARGEST_MESSAGE = 16 << 20;

    private final EventLoopGroup loop;
    private final ManagedChannel channel;

    /// A client of the containerd that listens on `socket`.
    public ContainerdClient(Path socket) {
        this.loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .maxInboundMessageSize(LARGEST_MESSAGE)
                        .build();
    }

    /// Its CRI services.
    public Cri cri() {
        return cri(channel);
    }

    /// Its CRI services, with somebody who hears of each call.
    public Cri cri(CallObserver observer) {
        return cri(ClientInterceptors.intercept(channel, new ObservedCalls(observer)));
    }

    private Cri cri(Channel through) {
        return new GrpcCri(through, new Checkpoints(content()));
    }

    /// Its content and image stores.
    public ContentStore content() {
        return new GrpcContentStore(channel);
    }

    /// Subscribes to its task events until the answer is closed. The consumer must not block for
    /// long: containerd drops subscribers that do not read.
    public TaskEvents subscribe(Consumer<TaskEvent> consumer) {
        return new TaskEvents(channel, consumer).start();
    }

    /// Has a broken connection be tried again at once, and not after gRPC's back-off: for whoever
    /// knows that containerd has just been started.
    public void reconnect() {
        channel.resetConnectBackoff();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
