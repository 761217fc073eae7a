package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Base64Text;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where a webhook is and whom it is believed to be. Source: `WebhookClientConfig`. Safe for use by
/// any thread.
final class Endpoint {
    private static final int HTTPS = 443;

    private final Place place;
    private final byte[] authorities;
    private volatile @Nullable SSLContext tls;

    /// How a place is named.
    sealed interface Place {
        /// The name that the server has to prove: a host of a URL, or `name.namespace.svc`.
        String host();

        /// The port that the configuration names.
        int port();

        /// Where in the server, beginning with a slash.
        String path();

        /// The place as messages name it.
        String url();

        /// A server somewhere.
        record Url(String host, int port, String path, String url) implements Place {}

        /// A server behind a Service.
        record Service(String namespace, String name, int port, String path) implements Place {
            @Override
            public String host() {
                return name + "." + namespace + ".svc";
            }

            @Override
            public String url() {
                return "https://" + host() + ":" + port + path;
            }
        }
    }

    private Endpoint(Place place, byte[] authorities) {
        this.place = place;
        this.authorities = authorities;
    }

    /// The endpoint of a `clientConfig` that was found valid.
    static Endpoint of(JsonNode config) {
        byte[] authorities = Base64Text.decode(config.path("caBundle").asText());
        JsonNode service = config.path("service");
        if (service.isObject()) {
            return new Endpoint(
                    new Place.Service(
                            service.path("namespace").asText(),
                            service.path("name").asText(),
                            service.path("port").asInt(HTTPS),
                            rooted(service.path("path").asText())),
                    authorities);
        }
        String text = config.path("url").asText();
        URI url = URI.create(text);
        String authority = url.getRawAuthority();
        String host = url.getHost() == null ? authority : url.getHost();
        int port = url.getPort() < 0 ? HTTPS : url.getPort();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Endpoint(
                new Place.Url(
                        bare,
                        port,
                        rooted(url.getRawPath()),
                        "https://" + authority + rooted(url.getRawPath())),
                authorities);
    }

    private static String rooted(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    Place place() {
        return place;
    }

    /// TLS that believes the endpoint's authorities, or the system's where it names none.
    ///
    /// @throws WebhookFailure when there is no certificate among them
    SSLContext tls() throws WebhookFailure {
        SSLContext made = tls;
        if (made == null) {
            made = Authorities.tls(authorities);
            tls = made;
        }
        return made;
    }
}
