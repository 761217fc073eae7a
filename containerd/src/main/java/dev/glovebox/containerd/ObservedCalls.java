package dev.glovebox.containerd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;

/// Tells an observer of calls as they end.
record ObservedCalls(CallObserver observer) implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
            MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        String name = Objects.requireNonNull(method.getBareMethodName(), "a method has a name");
        return new ForwardingClientCall.SimpleForwardingClientCall<>(
                next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(new Ending<>(listener, name, System.nanoTime()), headers);
            }
        };
    }

    private final class Ending<A>
            extends ForwardingClientCallListener.SimpleForwardingClientCallListener<A> {
        private final String method;
        private final long began;

        private Ending(ClientCall.Listener<A> listener, String method, long began) {
            super(listener);
            this.method = method;
            this.began = began;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            observer.ended(method, Duration.ofNanos(System.nanoTime() - began), status.isOk());
            super.onClose(status, trailers);
        }
    }
}
