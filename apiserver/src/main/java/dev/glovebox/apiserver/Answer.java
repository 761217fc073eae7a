package dev.glovebox.apiserver;

import dev.glovebox.cluster.Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

    /// A body that is made while it is sent, because all of it at once would be too much: a list.
    ///
    /// @param warnings texts of `Warning` headers, without code and quotes
    record Listing(String contentType, Body body, List<String> warnings) implements Answer {
        /// Copies the warnings.
        public Listing {
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

    /// The request is authorised and goes on, with its method, its query and its body, to something
    /// that serves HTTP inside the cluster; answer and upgrade are passed through.
    ///
    /// @param prefix path of the request up to the destination's, decoded, without a slash at its
    ///   end
    /// @param path behind that, decoded and without `..`; empty if the request ended there
    record Proxied(Destination to, String prefix, String path) implements Answer {}

    /// Who answers a [Proxied] request.
    sealed interface Destination {
        /// The kubelet API of a node.
        record Node(String name) implements Destination {}

        /// A port of a pod.
        ///
        /// @param tls whether it is spoken to in TLS; nothing proves who it is
        /// @param node on which it runs
        /// @param address as its status says; anybody who may write a status may have written it
        record Pod(boolean tls, String node, String uid, String address, int port)
                implements Destination {}
    }

    /// The content of a [Listing].
    interface Body {
        /// Writes all of it. Whoever calls says by `out` how fast; a body that cannot go on throws,
        /// and what was written is worth nothing then.
        ///
        /// @throws IOException when `out` does
        void writeTo(OutputStream out) throws IOException;

        /// All of it at once, for those who are in the same process.
        default byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException("memory does not fail to be written to", e);
            }
            return out.toByteArray();
        }
    }
}
