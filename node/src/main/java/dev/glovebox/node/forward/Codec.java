package dev.glovebox.node.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Netty's codecs without a connection: bytes in, messages out, and the other way, on the caller's
/// thread. One thread at a time.
final class Codec implements AutoCloseable {
    private final EmbeddedChannel channel;
    private @Nullable Throwable failure;

    Codec(ChannelHandler codec) {
        channel = new EmbeddedChannel(codec, new Failures());
    }

    /// Hears of what cannot be decoded; some of it is thrown past the compiler otherwise.
    private final class Failures extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failure = cause;
        }
    }

    /// The messages that are complete with these bytes. Whoever gets them releases them.
    ///
    /// @throws IOException for what is no message
    List<Object> decode(byte[] bytes, int length) throws IOException {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, length));
        if (failure != null) {
            throw new IOException("the client does not keep to its protocol", failure);
        }
        List<Object> messages = new ArrayList<>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            messages.add(next);
        }
        return messages;
    }

    /// A message as bytes.
    byte[] encode(Object message) {
        channel.writeOutbound(message);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.writeBytes(next);
            next.release();
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
