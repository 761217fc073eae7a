package dev.glovebox.http;

import io.netty.channel.ChannelOutboundInvoker;

/// Closing without waiting: nobody is left who could act on a close that fails.
final class Closing {
    private Closing() {}

    static void soon(ChannelOutboundInvoker channel) {
        var _ = channel.close();
    }
}
