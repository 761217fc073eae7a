package dev.glovebox.apiserver.amounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What a pod as a whole asks for: its containers together, or more where those that come first
/// need more at their time, or what the pod itself says. Source: component-helpers' `resource`
/// package, and admission plugin LimitRanger for [View#WRITTEN].
public final class PodAmounts {
    private static final Set<String> OF_PODS = Set.of("cpu", "memory");

    /// Which of the pod's numbers count.
    public enum View {
        /// Those that its author wrote.
        WRITTEN,
        /// Those, what its containers have in fact, and what running the pod costs beside them.
        COUNTED
    }

    private final JsonNode spec;
    private final View view;
    private final Map<String, JsonNode> statuses = new HashMap<>();

    private PodAmounts(JsonNode pod, View view) {
        this(pod.path("spec"), view, pod.path("status"));
    }

    private PodAmounts(JsonNode spec, View view, JsonNode status) {
        this.spec = spec;
        this.view = view;
        if (view == View.COUNTED) {
            for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
                status.path(list).forEach(each -> statuses.put(each.path("name").asText(), each));
            }
        }
    }

    /// What it requests.
    public static Amounts requests(JsonNode pod, View view) {
        PodAmounts amounts = new PodAmounts(pod, view);
        Amounts sum = amounts.ofPod("requests", amounts.ofContainers("requests"));
        return view == View.COUNTED ? sum.plus(amounts.overhead()) : sum;
    }

    /// To what it is limited. Overhead counts where there is a limit at all.
    public static Amounts limits(JsonNode pod, View view) {
        PodAmounts amounts = new PodAmounts(pod, view);
        Amounts sum = amounts.ofPod("limits", amounts.ofContainers("limits"));
        return view == View.COUNTED
                ? sum.plus(
                        amounts.overhead()
                                .only(name ->
                                        sum.get(name).filter(each -> each.sign() != 0).isPresent()))
                : sum;
    }

    /// Whether the pod itself, and not only its containers, says what it needs.
    public static boolean isSaidByPod(JsonNode pod) {
        JsonNode resources = pod.path("spec").path("resources");
        return !Amounts.read(resources.path("requests")).only(PodAmounts::isOfPod).isEmpty()
                || !Amounts.read(resources.path("limits")).only(PodAmounts::isOfPod).isEmpty();
    }

    /// What its containers come to, as they are written.
    ///
    /// @param spec of a pod or of a template
    /// @param field `requests` or `limits`
    public static Amounts ofContainers(JsonNode spec, String field) {
        return new PodAmounts(spec, View.WRITTEN, MissingNode.getInstance()).ofContainers(field);
    }

    /// Whether a pod as a whole may say how much of it it needs.
    public static boolean isOfPod(String name) {
        return OF_PODS.contains(name) || name.startsWith("hugepages-");
    }

    private Amounts overhead() {
        return Amounts.read(spec.path("overhead"));
    }

    private Amounts ofPod(String field, Amounts ofContainers) {
        return ofContainers.overlaid(
                Amounts.read(spec.path("resources").path(field))
                        .only(name ->
                                view == View.COUNTED ? isOfPod(name) : OF_PODS.contains(name)));
    }

    /// A container that comes first runs beside all sidecars before it, which stay.
    private Amounts ofContainers(String field) {
        Amounts sum = Amounts.NONE;
        for (JsonNode container : spec.path("containers")) {
            sum = sum.plus(ofContainer(container, field));
        }
        Amounts sidecars = Amounts.NONE;
        Amounts first = Amounts.NONE;
        for (JsonNode container : spec.path("initContainers")) {
            if (container.path("restartPolicy").asText().equals("Always")) {
                Amounts own = ofContainer(container, field);
                sum = sum.plus(own);
                sidecars = sidecars.plus(own);
                first = first.larger(sidecars);
            } else {
                first = first.larger(written(container, field).plus(sidecars));
            }
        }
        return sum.larger(first);
    }

    /// What the container has counts beside what it is to have, until the node has followed. So
    /// does what the node has found not to be feasible: the status that says so is of an older pod
    /// at the moment when a change is admitted, and would let a tenant ask for more than the quota.
    private Amounts ofContainer(JsonNode container, String field) {
        JsonNode status = statuses.get(container.path("name").asText());
        if (status == null || !status.path("resources").isObject()) {
            return written(container, field);
        }
        Amounts has = Amounts.read(status.path("resources").path(field));
        if (field.equals("requests")) {
            has = has.larger(Amounts.read(status.path("allocatedResources")));
        }
        return written(container, field).larger(has);
    }

    private static Amounts written(JsonNode container, String field) {
        return Amounts.read(container.path("resources").path(field));
    }
}
