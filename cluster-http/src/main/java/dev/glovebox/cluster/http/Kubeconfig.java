package dev.glovebox.cluster.http;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// Whose API it is, and who asks it: the current context of a kubeconfig.
public final class Kubeconfig {
    /// Largest file in bytes; certificates and keys lie in it.
    private static final long LARGEST = 1L << 20;

    private final Config config;

    private Kubeconfig(Config config) {
        this.config = config;
    }

    /// Reads a file. A command that it names for getting credentials is run as kubectl runs it.
    ///
    /// @throws IOException when the file cannot be read
    /// @throws IllegalArgumentException when it is no kubeconfig with a current context, in a
    ///   sentence that goes on after the file's name
    public static Kubeconfig read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IllegalArgumentException("is no kubeconfig");
        }
        try {
            Config config = Config.fromKubeconfig(file.toFile());
            if (config.getMasterUrl() == null || config.getCurrentContext() == null) {
                throw new IllegalArgumentException("has no current context with a server");
            }
            return new Kubeconfig(config);
        } catch (KubernetesClientException e) {
            throw new IllegalArgumentException("cannot be understood: " + e.getMessage(), e);
        }
    }

    /// Where the API is.
    public URI server() {
        return URI.create(config.getMasterUrl());
    }

    /// The certificates in PEM of the authorities that the server's certificate must come from;
    /// empty where the machine's own count.
    ///
    /// @throws IOException when a file that the kubeconfig names cannot be read
    public Optional<String> authorities() throws IOException {
        if (config.getCaCertData() != null) {
            byte[] pem = Base64.getMimeDecoder().decode(config.getCaCertData());
            return Optional.of(new String(pem, StandardCharsets.US_ASCII));
        }
        return config.getCaCertFile() == null
                ? Optional.empty()
                : Optional.of(
                        Files.readString(
                                Path.of(config.getCaCertFile()), StandardCharsets.US_ASCII));
    }

    Config config() {
        return config;
    }
}
