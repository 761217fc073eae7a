package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Pods of many kinds, made at once and deleted at once, in one namespace that has a Service and a
/// policy for them and what their volumes are made of.
final class Waves {
    private static final String YAML = "application/yaml";

    private static final String VOLUMES =
            """
              volumes:
              - {name: disk, emptyDir: {}}
              - {name: memory, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
              - {name: words, configMap: {name: words}}
              - {name: hidden, secret: {secretName: words}}
              - {name: host, hostPath: {path: /usr/share}}
              - {name: about, downwardAPI: {items: [
                  {path: name, fieldRef: {fieldPath: metadata.name}}]}}
              - {name: all, projected: {sources: [
                  {configMap: {name: words}}, {serviceAccountToken: {path: token}}]}}
            """;
    private static final String MOUNTS =
            "volumeMounts: [{name: disk, mountPath: /disk},"
                    + " {name: disk, mountPath: /part, subPath: a/b},"
                    + " {name: memory, mountPath: /memory}, {name: words, mountPath: /words},"
                    + " {name: words, mountPath: /word, subPath: word},"
                    + " {name: hidden, mountPath: /hidden}, {name: about, mountPath: /about},"
                    + " {name: host, mountPath: /host, readOnly: true},"
                    + " {name: all, mountPath: /all}]";

    private final String namespace;
    private final String busybox;
    private int made;

    Waves(String namespace, String busybox) {
        this.namespace = namespace;
        this.busybox = busybox;
    }

    /// What becomes of a pod that is left alone.
    enum End {
        READY,
        FAILED,
        WAITING,
        DELETED_AT_ONCE
    }

    /// What pods are made of, all kinds in turn.
    private enum Shape {
        PLAIN(End.READY),
        EVERY_VOLUME(End.READY),
        INIT_AND_SIDECAR(End.READY),
        FAILING(End.FAILED),
        CUT_OFF(End.DELETED_AT_ONCE),
        NO_PROGRAM(End.WAITING),
        NO_SUCH_VOLUME(End.WAITING),
        NO_IMAGE(End.WAITING);

        private final End end;

        Shape(End end) {
            this.end = end;
        }
    }

    /// The manifests of what the namespace holds beside its pods.
    String around() {
        return """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: words}
        data: {word: shared}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: words}
        stringData: {word: hidden}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: waves}
        spec:
          selector: {part: wave}
          ports: [{port: 80, targetPort: 8080}]
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: waves}
        spec:
          podSelector: {matchLabels: {part: wave}}
          policyTypes: [Ingress, Egress]
          ingress: [{from: [{podSelector: {matchLabels: {part: wave}}}], ports: [{port: 8080}]}]
        """;
    }

    /// Makes that many pods, waits until each is as it will be, and deletes them; waits until they
    /// are gone.
    void roll(ApiClient api, int count) throws IOException, InterruptedException {
        Map<String, End> wanted = make(api, count);
        for (var pod : wanted.entrySet()) {
            if (pod.getValue() == End.DELETED_AT_ONCE) {
                delete(api, pod.getKey());
            }
        }
        wanted.values().removeIf(End.DELETED_AT_ONCE::equals);
        Await.until(() -> unlike(api, wanted).isEmpty());
        for (var pod : wanted.keySet()) {
            delete(api, pod);
        }
        Await.until(() -> pods(api).isEmpty());
    }

    /// Makes pods; answers what will become of each, by name.
    Map<String, End> make(ApiClient api, int count) throws IOException, InterruptedException {
        var wanted = new TreeMap<String, End>();
        for (var i = 0; i < count; i++) {
            var shape = Shape.values()[made % Shape.values().length];
            var runtime = made / Shape.values().length % 2 == 0 ? "runc" : "gvisor";
            var name =
                    "w%d-%s"
                            .formatted(
                                    made++,
                                    shape.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            var reply = api.send("POST", path(""), YAML, manifest(name, shape, runtime));
            assertThat(reply.code()).as(reply.toString()).isEqualTo(201);
            wanted.put(name, shape.end);
        }
        return wanted;
    }

    void delete(ApiClient api, String pod) throws IOException, InterruptedException {
        var reply = api.send("DELETE", path("/" + pod), "application/json", "");
        assertThat(reply.code()).as(reply.toString()).isEqualTo(200);
    }

    List<JsonNode> pods(ApiClient api) {
        try {
            var found = new ArrayList<JsonNode>();
            api.get(path("")).body().required("items").forEach(found::add);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<String> unlike(ApiClient api, Map<String, End> wanted) {
        var unlike = new ArrayList<>(wanted.keySet());
        for (var pod : pods(api)) {
            var name = pod.at("/metadata/name").asText();
            if (wanted.containsKey(name) && is(pod, wanted.get(name))) {
                unlike.remove(name);
            }
        }
        return unlike;
    }

    static boolean ready(JsonNode pod) {
        for (var condition : pod.at("/status/conditions")) {
            if (condition.at("/type").asText().equals("Ready")) {
                return condition.at("/status").asText().equals("True");
            }
        }
        return false;
    }

    private static boolean is(JsonNode pod, End end) {
        return switch (end) {
            case READY -> ready(pod);
            case FAILED -> pod.at("/status/phase").asText().equals("Failed");
            case WAITING ->
                    !pod.at("/status/containerStatuses/0/state/waiting/reason")
                                    .asText("ContainerCreating")
                                    .equals("ContainerCreating")
                            || pod.at("/spec/volumes/0/configMap/name").asText().equals("none");
            case DELETED_AT_ONCE -> false;
        };
    }

    private String path(String more) {
        return "/api/v1/namespaces/" + namespace + "/pods" + more;
    }

    private String manifest(String name, Shape shape, String runtime) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, labels: {part: wave}}
        spec:
          runtimeClassName: %s
          terminationGracePeriodSeconds: %d
        """
                        .formatted(name, runtime, shape == Shape.PLAIN ? 0 : 1)
                + body(shape).replace("IMAGE", "image: '" + busybox + "'");
    }

    private static String body(Shape shape) {
        return switch (shape) {
            case PLAIN, CUT_OFF -> main("command: [sleep, '1000']");
            case FAILING -> "  restartPolicy: Never\n" + main("command: [sh, -c, exit 3]");
            case NO_PROGRAM -> main("command: [/no/such/program]");
            case NO_SUCH_VOLUME ->
                    "  volumes: [{name: v, configMap: {name: none}}]\n"
                            + main("volumeMounts: [{name: v, mountPath: /v}]");
            case NO_IMAGE ->
                    "  containers: [{name: main, image: 'glovebox.test/none:1',"
                            + " imagePullPolicy: Never}]\n";
            case INIT_AND_SIDECAR ->
                    "  initContainers: [{name: first, IMAGE, command: ['true']},"
                            + " {name: side, IMAGE, restartPolicy: Always,"
                            + " command: [sleep, '1000']}]\n"
                            + main("command: [sleep, '1000']");
            case EVERY_VOLUME -> VOLUMES + main("command: [sleep, '1000'], " + MOUNTS);
        };
    }

    private static String main(String more) {
        return "  containers: [{name: main, IMAGE, " + more + "}]\n";
    }
}
