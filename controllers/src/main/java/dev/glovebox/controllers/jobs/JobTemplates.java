package dev.glovebox.controllers.jobs;

import dev.glovebox.controllers.loop.Owner;
import dev.glovebox.controllers.loop.PodControl;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;

/// Pods of a Job, as they are made.
final class JobTemplates {
    private static final String VARIABLE = "JOB_COMPLETION_INDEX";
    private static final int LONGEST_PREFIX = 58;

    private JobTemplates() {}

    /// A pod for an owner. One that does the work of an index knows that by its name, a label, an
    /// annotation, its host name and a variable.
    static Pod pod(JobView job, Owner owner, JobPlan.NewPod wanted) {
        PodBuilder pod = PodControl.ofTemplate(owner, job.spec().getTemplate());
        pod.editMetadata().addToFinalizers(JobPod.FINALIZER).endMetadata();
        if (wanted.index().isPresent()) {
            index(job, pod, owner.key().name(), wanted.index().getAsInt());
            if (job.limitPerIndex().isPresent()) {
                count(job, pod, wanted);
            }
        }
        return pod.build();
    }

    private static void index(JobView job, PodBuilder pod, String name, int index) {
        String suffix = "-" + index + "-";
        String prefix =
                name.substring(0, Math.min(name.length(), LONGEST_PREFIX - suffix.length()));
        String text = Integer.toString(index);
        pod.editMetadata()
                .withGenerateName(prefix + suffix)
                .addToLabels(JobPod.INDEX, text)
                .addToAnnotations(JobPod.INDEX, text)
                .endMetadata()
                .editSpec()
                .withHostname(name + "-" + index)
                .withContainers(knowing(job.spec().getTemplate().getSpec().getContainers()))
                .withInitContainers(knowing(job.spec().getTemplate().getSpec().getInitContainers()))
                .endSpec();
    }

    private static List<Container> knowing(List<Container> containers) {
        return containers.stream().map(JobTemplates::knowing).toList();
    }

    private static Container knowing(Container container) {
        if (container.getEnv().stream().anyMatch(each -> each.getName().equals(VARIABLE))) {
            return container;
        }
        return new ContainerBuilder(container)
                .addNewEnv()
                .withName(VARIABLE)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.labels['" + JobPod.INDEX + "']")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .build();
    }

    /// Goes on counting the failures of the pod whose place it takes.
    private static void count(JobView job, PodBuilder pod, JobPlan.NewPod wanted) {
        int failures = wanted.replaces().map(JobPod::failures).orElse(0);
        int ignored = wanted.replaces().map(JobPod::ignored).orElse(0);
        if (wanted.replaces().isPresent()) {
            boolean counts = new FailurePolicy(job).of(wanted.replaces().get().pod()).counts();
            failures += counts ? 1 : 0;
            ignored += counts ? 0 : 1;
        }
        pod.editMetadata()
                .addToAnnotations(JobPod.FAILURES, Integer.toString(failures))
                .endMetadata();
        if (ignored > 0) {
            pod.editMetadata()
                    .addToAnnotations(JobPod.IGNORED, Integer.toString(ignored))
                    .endMetadata();
        }
    }
}
