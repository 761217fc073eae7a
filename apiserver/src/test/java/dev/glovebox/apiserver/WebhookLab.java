package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// An API, and a server of webhooks that answers what a test wants.
abstract class WebhookLab {
    static final String CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/";
    static final String MUTATING = CONFIGURATIONS + "mutatingwebhookconfigurations";
    static final String VALIDATING = CONFIGURATIONS + "validatingwebhookconfigurations";
    static final String MAPS = "/api/v1/namespaces/default/configmaps";
    static final String LABEL =
            "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]";

    @TempDir Path folder;
    TestApi api;
    HookServer server;

    @BeforeEach
    void open() throws IOException {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
        server = new HookServer();
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    static String map(String name) {
        return "{\"metadata\":{\"name\":\"%s\"}}".formatted(name);
    }

    /// A webhook for ConfigMaps.
    String hook(String name, String path, String more) {
        return hook(name, server.config(path), "configmaps", more);
    }

    static String hook(String name, String config, String resources, String more) {
        return """
        {"name":"%s.example.com","clientConfig":%s,"sideEffects":"None",
         "admissionReviewVersions":["v1"]%s,
         "rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["%s"]}]}
        """
                .formatted(name, config, more.isEmpty() ? "" : "," + more, resources);
    }

    void configure(String place, String name, String... hooks) {
        TestApi.Reply reply =
                api.post(
                        place,
                        "{\"metadata\":{\"name\":\"%s\"},\"webhooks\":[%s]}"
                                .formatted(name, String.join(",", hooks)));
        assertThat(reply.code()).as(reply.message()).isEqualTo(201);
    }

    void mutate(String... hooks) {
        configure(MUTATING, "m", hooks);
    }

    void validate(String... hooks) {
        configure(VALIDATING, "v", hooks);
    }

    List<String> askedNames() {
        return server.asked().stream()
                .map(request ->
                        request.path("operation").asText() + " " + request.path("name").asText())
                .toList();
    }
}
