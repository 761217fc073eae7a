package dev.glovebox.apiserver;

import java.time.Duration;
import java.util.List;

/// What the API answers to a [Call].
public sealed interface Answer {
    /// A complete body.
    ///
    /// @param warnings texts of `Warning` headers, without code and quotes
    record Whole(int code, String contentType, byte[] body, List<String> warnings)
            implements Answer {
        /// Copies the warnings.
        public Whole {
            warnings = List.copyOf(warnings);
        }
    }

    /// A body that goes on until the client or the server ends it: a watch.
    ///
    /// @param contentType for example `application/json;stream=watch`
    record Stream(String contentType, Frames frames) implements Answer {}

    /// The request is authorised and goes on to a node's kubelet API, answer and upgrade passed
    /// through: log, exec, attach, portforward.
    ///
    /// @param node name of the node
    /// @param path path and query of the kubelet's API, encoded
    record ToNode(String node, String path) implements Answer {}

    /// The source of a [Stream]: one thread reads, any thread closes.
    interface Frames extends AutoCloseable {
        /// The next bytes, waiting at most `patience`; an empty array when nothing came in that
        /// time. Null never; the end of the stream is [#ended].
        byte[] next(Duration patience) throws InterruptedException;

        /// Whether the stream is over and nothing more will come.
        boolean ended();

        @Override
        void close();
    }
}
