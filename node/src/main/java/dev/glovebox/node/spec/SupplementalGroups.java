package dev.glovebox.node.spec;

import dev.glovebox.cri.SupplementalGroupsPolicy;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which groups a pod's processes have beside their first. Source: KEP-3619.
public final class SupplementalGroups {
    /// Why a pod does not run whose containers are to have no groups of their images, where the
    /// runtime cannot leave these out. The kubelet's words.
    public static final String NOT_SERVED =
            "SupplementalGroupsPolicy=Strict is not supported in this node";

    private static final String STRICT = "Strict";

    private SupplementalGroups() {}

    /// Whether a pod wants the groups that it names alone, and none of its images' `/etc/group`.
    public static boolean strict(Pod pod) {
        return policy(pod.getSpec().getSecurityContext()) == SupplementalGroupsPolicy.Strict;
    }

    /// Empty stands for the runtime's own way, which is to merge.
    static SupplementalGroupsPolicy policy(@Nullable PodSecurityContext context) {
        return context != null && STRICT.equals(context.getSupplementalGroupsPolicy())
                ? SupplementalGroupsPolicy.Strict
                : SupplementalGroupsPolicy.Merge;
    }

    /// The groups that a pod names.
    static List<Long> named(PodSecurityContext context) {
        List<Long> groups = PodFacts.orEmpty(context.getSupplementalGroups());
        if (context.getFsGroup() == null || groups.contains(context.getFsGroup())) {
            return groups;
        }
        return Stream.concat(groups.stream(), Stream.of(context.getFsGroup())).toList();
    }
}
