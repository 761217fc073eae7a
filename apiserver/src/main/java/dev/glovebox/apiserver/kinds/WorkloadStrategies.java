package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.CronJobRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.PodRules;
import dev.glovebox.apiserver.rules.RevisionRules;
import dev.glovebox.apiserver.rules.WorkloadRules;
import java.util.List;
import java.util.Set;

/// What no schema says about kinds that make pods.
final class WorkloadStrategies {
    private static final String TEMPLATE = "/spec/template";

    static final Strategy DEPLOYMENT =
            TemplateStrategy.scaling(
                    TEMPLATE,
                    Scaling.SelectorForm.SELECTOR,
                    new SpecStrategy(
                            WorkloadDefaults::deployment,
                            WorkloadRules::deployment,
                            WorkloadRules::sameSelector,
                            UpdateStrategy.status(List.of("labels"))));

    static final Strategy REPLICA_SET =
            TemplateStrategy.scaling(
                    TEMPLATE,
                    Scaling.SelectorForm.SELECTOR,
                    new SpecStrategy(
                            WorkloadDefaults::replicaSet,
                            WorkloadRules::replicaSet,
                            WorkloadRules::sameSelector));

    static final Strategy STATEFUL_SET =
            TemplateStrategy.scaling(
                    TEMPLATE,
                    Scaling.SelectorForm.SELECTOR,
                    new SpecStrategy(
                            WorkloadDefaults::statefulSet,
                            WorkloadRules::statefulSet,
                            WorkloadStrategies::statefulSetUpdate));

    static final Strategy DAEMON_SET =
            new TemplateStrategy(
                    TEMPLATE,
                    new SpecStrategy(
                            WorkloadStrategies::daemonSet,
                            WorkloadRules::daemonSet,
                            WorkloadRules::sameSelector));

    static final Strategy REPLICATION_CONTROLLER =
            TemplateStrategy.scaling(
                    TEMPLATE,
                    Scaling.SelectorForm.LABELS,
                    new SpecStrategy(
                            WorkloadDefaults::replicationController,
                            WorkloadRules::replicationController));

    static final Strategy CRON_JOB =
            new TemplateStrategy(
                    "/spec/jobTemplate/spec/template",
                    new SpecStrategy(WorkloadDefaults::cronJob, CronJobRules::check));

    static final Strategy POD_TEMPLATE =
            new TemplateStrategy(
                    "/template",
                    RuledStrategy.of(WorkloadStrategies::podTemplate)
                            .defaults(WorkloadDefaults::podTemplate)
                            .counting(1, "template")
                            .answeringWithObject());

    static final Strategy REVISION =
            RuledStrategy.of(RevisionRules::check)
                    .newRules(RevisionRules::checkCreate)
                    .changes(RevisionRules::checkUpdate);

    private static final Set<String> CHANGEABLE =
            Set.of(
                    "replicas",
                    "ordinals",
                    "template",
                    "updateStrategy",
                    "revisionHistoryLimit",
                    "persistentVolumeClaimRetentionPolicy",
                    "minReadySeconds");

    private WorkloadStrategies() {}

    private static void podTemplate(JsonNode object, FieldErrors errors) {
        PodRules.template(object.path("template"), Path.of("template"), errors);
    }

    /// The annotation tells clients of old versions which template the pods have.
    private static void daemonSet(ObjectNode object) {
        WorkloadDefaults.daemonSet(object);
        ObjectNode metadata = Trees.object(object, "metadata");
        Trees.orText(
                Trees.object(metadata, "annotations"),
                "deprecated.daemonset.template.generation",
                "1");
    }

    private static void statefulSetUpdate(ObjectNode object, ObjectNode old, FieldErrors errors) {
        if (!fixed(object).equals(fixed(old))) {
            errors.forbidden(
                    Path.of("spec"),
                    "updates to statefulset spec for fields other than 'replicas', 'ordinals',"
                            + " 'template', 'updateStrategy', 'revisionHistoryLimit',"
                            + " 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are"
                            + " forbidden");
        }
    }

    private static JsonNode fixed(ObjectNode statefulSet) {
        ObjectNode spec = Trees.object(statefulSet, "spec").deepCopy();
        return spec.remove(CHANGEABLE);
    }
}
