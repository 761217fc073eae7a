package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.e2e.WriteModel.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;

/// One client that writes ConfigMaps of its own at random until the server goes away, and tells the
/// model before each request and after each acknowledgement.
final class ModelWriter {
    private static final int KEYS = 8;
    private static final String PLACE = "/api/v1/namespaces/default/configmaps";

    private final String name;
    private final Random random;
    private final WriteModel model;
    private long number;

    /// @param seed of what it does, so that a failure can be repeated as far as it depends on that
    ModelWriter(String name, long seed, WriteModel model) {
        this.name = name;
        this.random = new Random(seed);
        this.model = model;
    }

    /// Writes until the connection ends.
    void writeUntilGone(ApiClient api) throws InterruptedException {
        try {
            while (true) {
                write(api, name + "-" + random.nextInt(KEYS));
            }
        } catch (IOException gone) {
            // The last request is in doubt, as the model knows.
        }
    }

    private void write(ApiClient api, String key) throws IOException, InterruptedException {
        var now = model.value(key);
        if (now.isEmpty()) {
            create(api, key);
        } else {
            change(api, key, now.get());
        }
    }

    /// Creates an object and returns its revision.
    long create(ApiClient api, String key) throws IOException, InterruptedException {
        var value = name + "." + ++number;
        model.ask(key, Kind.ADDED, value);
        return acknowledged(
                key, api.send("POST", PLACE, "application/json", object(key, value)), 201);
    }

    private void change(ApiClient api, String key, String now)
            throws IOException, InterruptedException {
        var value = name + "." + ++number;
        switch (random.nextInt(3)) {
            case 0 -> {
                model.ask(key, Kind.DELETED, now);
                var reply = api.send("DELETE", PLACE + "/" + key, "application/json", "");
                requireCode(key, reply, 200);
                model.acknowledge(key, Optional.empty());
            }
            case 1 -> {
                model.ask(key, Kind.MODIFIED, value);
                acknowledged(
                        key,
                        api.send("PUT", PLACE + "/" + key, "application/json", object(key, value)),
                        200);
            }
            default -> {
                model.ask(key, Kind.MODIFIED, value);
                var patch = "{\"data\":{\"value\":\"" + value + "\"}}";
                acknowledged(
                        key,
                        api.send("PATCH", PLACE + "/" + key, "application/merge-patch+json", patch),
                        200);
            }
        }
    }

    private long acknowledged(String key, ApiClient.Reply reply, int code) {
        requireCode(key, reply, code);
        var revision = revision(reply.body());
        model.acknowledge(key, Optional.of(revision));
        return revision;
    }

    private static void requireCode(String key, ApiClient.Reply reply, int code) {
        if (reply.code() != code) {
            throw new AssertionError(key + ": " + reply);
        }
    }

    static long revision(JsonNode object) {
        return Long.parseLong(object.at("/metadata/resourceVersion").textValue());
    }

    private static String object(String key, String value) {
        return """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "%s", "labels": {"written-by": "model"}},
         "data": {"value": "%s"}}
        """
                .formatted(key, value);
    }
}
