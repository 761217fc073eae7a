package dev.glovebox.cluster.http;

import dev.glovebox.cluster.Frames;
import dev.glovebox.cluster.RestCluster;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A Kubernetes API of somebody else, over HTTPS, as the credentials of a kubeconfig see it.
///
/// Nothing is tried twice here: whoever asks knows whether it may be. Each watch has a connection
/// of its own, and ends after some minutes, so that one whose server has vanished is noticed.
public final class RemoteCluster extends RestCluster implements AutoCloseable {
    /// Time for one answer; a list of everything may take some of it.
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private static final Duration WATCH = Duration.ofMinutes(5);

    private final HttpClient http;
    private final String server;

    private RemoteCluster(HttpClient http, String server) {
        this.http = http;
        this.server = server.replaceFirst("/+$", "");
    }

    /// The API that a kubeconfig names; nothing is sent yet.
    ///
    /// @throws IllegalArgumentException when its certificates or keys cannot be understood
    public static RemoteCluster of(Kubeconfig kubeconfig) {
        try {
            return of(kubeconfig.config());
        } catch (KubernetesClientException e) {
            throw new IllegalArgumentException(
                    "the kubeconfig's certificates cannot be used: " + e.getMessage(), e);
        }
    }

    /// @param config its retries and timeouts are not used
    static RemoteCluster of(Config config) {
        config.setRequestRetryBackoffLimit(0);
        HttpClient http = new JdkHttpClientFactory().newBuilder(config).preferHttp11().build();
        return new RemoteCluster(http, config.getMasterUrl());
    }

    /// Ends all connections; open watches end.
    @Override
    public void close() {
        http.close();
    }

    @Override
    protected byte[] send(Request request) {
        HttpResponse<byte[]> response =
                await(request, http.sendAsync(encode(request), byte[].class));
        byte[] body = response.body();
        if (!response.isSuccessful()) {
            throw Refusals.of(response.code(), body);
        }
        return body;
    }

    @Override
    protected Frames stream(Request request) {
        Map<String, List<String>> query = new LinkedHashMap<>(request.query());
        query.put("timeoutSeconds", List.of(Long.toString(WATCH.toSeconds())));
        Request bounded = new Request(request.method(), request.path(), query, "", request.body());
        RemoteFrames frames = new RemoteFrames(WATCH.plus(ANSWER));
        frames.begin(await(request, http.consumeBytes(encode(bounded), frames)));
        return frames;
    }

    private HttpRequest encode(Request request) {
        HttpRequest.Builder builder =
                http.newHttpRequestBuilder()
                        .uri(URI.create(server + request.path() + query(request.query())))
                        .header("Accept", "application/json");
        String body =
                request.body().length == 0
                        ? null
                        : new String(request.body(), StandardCharsets.UTF_8);
        return builder.method(request.method(), request.contentType(), body).build();
    }

    private static String query(Map<String, List<String>> parameters) {
        StringJoiner joined = new StringJoiner("&", "?", "").setEmptyValue("");
        parameters.forEach((name, values) ->
                values.stream()
                        .filter(value -> !value.isEmpty())
                        .forEach(value -> joined.add(encode(name) + "=" + encode(value))));
        return joined.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static <T> T await(Request request, CompletableFuture<T> answer) {
        try {
            return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unanswered(request, StatusReason.TIMEOUT, e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw unanswered(request, StatusReason.TIMEOUT, e);
        } catch (ExecutionException e) {
            throw unanswered(
                    request,
                    StatusReason.SERVICE_UNAVAILABLE,
                    Optional.ofNullable(e.getCause()).orElse(e));
        }
    }

    private static ApiException unanswered(Request request, StatusReason reason, Throwable cause) {
        ApiException refusal = new ApiException(reason, request + " was not answered: " + cause);
        refusal.initCause(cause);
        return refusal;
    }
}
