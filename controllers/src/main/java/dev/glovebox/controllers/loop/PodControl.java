package dev.glovebox.controllers.loop;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.EventRecorder;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/// Makes and deletes pods for owners, remembers what images must show of that, and says it in
/// events. Safe for use by any thread.
public final class PodControl {
    private static final int LONGEST_PREFIX = 253;

    private final Cluster cluster;
    private final EventRecorder events;
    private final Pending<ObjectKey> pending;

    /// Pods through that API.
    ///
    /// @param pending what was written, by the owner's key
    public PodControl(Cluster cluster, EventRecorder events, Pending<ObjectKey> pending) {
        this.cluster = cluster;
        this.events = events;
        this.pending = pending;
    }

    /// A pod of a template for an owner, not made yet; the server will give it a name.
    public static PodBuilder ofTemplate(Owner owner, PodTemplateSpec template) {
        ObjectMeta metadata =
                template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        String prefix = owner.key().name() + "-";
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(owner.key().namespace())
                .withGenerateName(prefix.length() > LONGEST_PREFIX ? owner.key().name() : prefix)
                .withLabels(metadata.getLabels())
                .withAnnotations(metadata.getAnnotations())
                .withFinalizers(metadata.getFinalizers())
                .withOwnerReferences(owner.reference())
                .endMetadata()
                .withSpec(template.getSpec());
    }

    /// Makes a pod; empty where its namespace is being deleted, so that nobody wants it any more.
    ///
    /// @throws ApiException when the API refuses; an event has told it
    public Optional<Pod> create(Owner owner, Pod pod) {
        try {
            Pod created = cluster.create(Resource.PODS, pod);
            pending.wrote(owner.key(), created);
            events.normal(
                    owner.about(),
                    "SuccessfulCreate",
                    "Created pod: " + created.getMetadata().getName());
            return Optional.of(created);
        } catch (ApiException e) {
            if (isOfEndingNamespace(e)) {
                return Optional.empty();
            }
            events.warning(owner.about(), "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
    }

    /// Whether a refusal is for want of a namespace that stays: nobody wants the object any more.
    public static boolean isOfEndingNamespace(ApiException e) {
        return e.details() != null
                && e.details().causes().stream()
                        .anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }

    /// Begins to delete a pod; one that has gone is no failure.
    ///
    /// @throws ApiException when the API refuses; an event has told it
    public void delete(Owner owner, Pod pod) {
        String uid = pod.getMetadata().getUid();
        try {
            cluster.delete(
                    Resource.PODS,
                    ObjectKey.of(pod),
                    new DeleteOptions(Optional.empty(), Optional.of(uid)));
            pending.deleted(owner.key(), uid);
            events.normal(
                    owner.about(),
                    "SuccessfulDelete",
                    "Deleted pod: " + pod.getMetadata().getName());
        } catch (ApiException e) {
            if (e.reason() == StatusReason.NOT_FOUND) {
                return;
            }
            events.warning(owner.about(), "FailedDelete", "Error deleting: " + e.getMessage());
            throw e;
        }
    }
}
