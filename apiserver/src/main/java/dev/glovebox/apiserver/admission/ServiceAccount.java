package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.policy.TrustLevel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Gives a pod its service account, and what the account gives to its pods: an API token, and the
/// secrets that pull images. Source: Kubernetes' admission plugin of this name; that an untrusted
/// pod gets no token is ours (decision 0011).
final class ServiceAccount implements Admission {
    private static final String DEFAULT = "default";
    private static final String MIRROR = "kubernetes.io/config.mirror";

    /// The account `default` is made by a controller, which may be a moment later than the first
    /// pod of a new namespace.
    private static final Duration LATE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(10);

    private final ObjectLookup objects;
    private final NamespaceTrusts trusts;

    ServiceAccount(ObjectLookup objects, NamespaceTrusts trusts) {
        this.objects = objects;
        this.trusts = trusts;
    }

    @Override
    public void admit(AdmissionRequest request) {
        if (!request.creates("pods")) {
            return;
        }
        ObjectNode spec = Trees.object(request.object(), "spec");
        if (!isMirror(request.object())) {
            if (name(request).isEmpty()) {
                spec.put("serviceAccountName", DEFAULT);
            }
            spec.set("serviceAccount", spec.path("serviceAccountName"));
            ObjectNode account = account(request);
            if (mounts(account, request)) {
                TokenVolume.mount(spec);
            }
            if (spec.path("imagePullSecrets").isEmpty()
                    && !account.path("imagePullSecrets").isEmpty()) {
                spec.set("imagePullSecrets", account.path("imagePullSecrets").deepCopy());
            }
        }
        validate(request);
    }

    /// The pod's own word counts more than its account's. Without a word of either, a pod gets a
    /// token where pods are trusted.
    private boolean mounts(ObjectNode account, AdmissionRequest request) {
        JsonNode said = request.object().path("spec").path("automountServiceAccountToken");
        if (said.isBoolean()) {
            return said.asBoolean();
        }
        boolean trusted = trusts.of(request.namespace()).level() == TrustLevel.TRUSTED;
        return trusted && account.path("automountServiceAccountToken").asBoolean(true);
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean debugs =
                request.kind().resource().equals("pods")
                        && request.operation() == Operation.UPDATE
                        && request.subresource().equals("ephemeralcontainers");
        if (request.creates("pods") && isMirror(request.object())) {
            mirror(request);
        } else if (debugs || request.creates("pods")) {
            if (name(request).isEmpty()) {
                throw request.forbidden(
                        "no service account specified for pod %s/%s"
                                .formatted(request.namespace(), request.name()));
            }
            MountableSecrets.check(account(request), request);
        }
    }

    private static boolean isMirror(ObjectNode pod) {
        return pod.path("metadata").path("annotations").has(MIRROR);
    }

    /// A pod that a node shows and that its API did not make must not take anything from the API.
    private static void mirror(AdmissionRequest request) {
        if (!name(request).isEmpty()) {
            throw request.forbidden("a mirror pod may not reference service accounts");
        }
        JsonNode spec = request.object().path("spec");
        if (MountableSecrets.refersToAny(spec)) {
            throw request.forbidden("a mirror pod may not reference secrets");
        }
        for (JsonNode volume : spec.path("volumes")) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.has("serviceAccountToken")) {
                    throw request.forbidden(
                            "a mirror pod may not use ServiceAccountToken volume projections");
                }
            }
        }
    }

    private static String name(AdmissionRequest request) {
        return request.object().path("spec").path("serviceAccountName").asText();
    }

    private ObjectNode account(AdmissionRequest request) {
        String name = name(request);
        return found(request.namespace(), name)
                .orElseThrow(() ->
                        request.forbidden(
                                "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                                        .formatted(request.namespace(), name, name)));
    }

    private Optional<ObjectNode> found(String namespace, String name) {
        long end = System.nanoTime() + (name.equals(DEFAULT) ? LATE.toNanos() : 0);
        Optional<ObjectNode> found = objects.find("", "serviceaccounts", namespace, name);
        while (found.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK.toNanos());
            found = objects.find("", "serviceaccounts", namespace, name);
        }
        return found;
    }
}
