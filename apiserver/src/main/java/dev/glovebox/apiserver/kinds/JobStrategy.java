package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.JobRules;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.PodWarnings;
import java.util.List;
import java.util.Optional;

/// What no schema says about Jobs: the server makes the selector, from the job's uid.
final class JobStrategy implements Strategy {
    private static final String POD = "/spec/template/spec";
    private static final UpdateStrategy UPDATE =
            new GatedUpdate(POD, UpdateStrategy.checked(JobRules::checkUpdate));

    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode job) {
        WorkloadDefaults.job(job);
    }

    @Override
    public void prepareCreate(ObjectNode job) {
        job.putObject("status");
        ObjectNode spec = Trees.object(job, "spec");
        if (!spec.path("manualSelector").asBoolean()) {
            select(job, spec);
        }
        WorkloadDefaults.job(job);
        GatedFields.drop(job.at(POD), MissingNode.getInstance());
    }

    /// A label that the client gave itself stays, and is refused by the rules.
    private static void select(ObjectNode job, ObjectNode spec) {
        String uid = job.path("metadata").path("uid").asText();
        String name = job.path("metadata").path("name").asText();
        ObjectNode labels =
                Trees.object(Trees.object(Trees.object(spec, "template"), "metadata"), "labels");
        Trees.orText(labels, JobRules.OLD_NAME_LABEL, name);
        Trees.orText(labels, JobRules.NAME_LABEL, name);
        Trees.orText(labels, JobRules.OLD_UID_LABEL, uid);
        Trees.orText(labels, JobRules.UID_LABEL, uid);
        ObjectNode selected = Trees.object(Trees.object(spec, "selector"), "matchLabels");
        Trees.orText(selected, JobRules.UID_LABEL, uid);
    }

    @Override
    public void validate(ObjectNode job, FieldErrors errors) {
        JobRules.check(job, errors);
    }

    @Override
    public List<String> warnings(ObjectNode job) {
        return PodWarnings.ofTemplate(job.at("/spec/template"), Path.of("spec.template"));
    }

    @Override
    public Propagation propagation() {
        return Propagation.ORPHAN;
    }

    @Override
    public List<String> deletionWarnings(Optional<Propagation> asked) {
        return asked.isPresent()
                ? List.of()
                : List.of(
                        "child pods are preserved by default when jobs are deleted;set"
                                + " propagationPolicy=Background to remove them or set"
                                + " propagationPolicy=Orphan to suppress this warning");
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(UPDATE);
            case "status" -> Optional.of(UpdateStrategy.STATUS);
            default -> Optional.empty();
        };
    }
}
