package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Names of resources and where they may be used. Source: `core/helper`.
public final class ResourceNames {
    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> COUNTS =
            Set.of(
                    "pods",
                    "resourcequotas",
                    "services",
                    "replicationcontrollers",
                    "secrets",
                    "configmaps",
                    "persistentvolumeclaims",
                    "services.nodeports",
                    "services.loadbalancers");
    private static final Set<String> QUOTA = quota();

    private ResourceNames() {}

    private static Set<String> quota() {
        Set<String> names = new HashSet<>(COUNTS);
        for (String name : CONTAINER) {
            names.addAll(List.of(name, "requests." + name, "limits." + name));
        }
        names.add("requests.storage");
        return Set.copyOf(names);
    }

    /// Any resource.
    static boolean check(String name, Path path, FieldErrors errors) {
        List<String> wrong = Words.qualifiedName(name);
        errors.invalid(path, name, wrong);
        if (!wrong.isEmpty() || name.contains("/")) {
            return wrong.isEmpty();
        }
        boolean standard = QUOTA.contains(name) || name.equals("storage") || isHugePages(name);
        if (!standard && !name.startsWith("requests.hugepages-")) {
            errors.invalid(path, name, "must be a standard resource type or fully qualified");
            return false;
        }
        return true;
    }

    /// A resource that a quota can bound.
    static void checkQuota(String name, Path path, FieldErrors errors) {
        check(name, path, errors);
        if (!name.contains("/") && !isQuota(name)) {
            errors.invalid(path, name, "must be a standard resource for quota");
        }
    }

    /// A resource that a container can have.
    static void checkContainer(String name, Path path, FieldErrors errors) {
        check(name, path, errors);
        if (!name.contains("/")) {
            if (!CONTAINER.contains(name) && !isHugePages(name)) {
                errors.invalid(path, name, "must be a standard resource for containers");
            }
        } else if (!isNative(name) && !isExtended(name)) {
            errors.invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    /// An amount: not negative, and whole where the resource is counted.
    static void checkAmount(String name, JsonNode amount, Path path, FieldErrors errors) {
        Quantity quantity = Quantity.parse(amount.asText());
        if (quantity.sign() < 0) {
            errors.invalid(path, amount, "must be greater than or equal to 0");
        }
        if ((COUNTS.contains(name) || isExtended(name)) && !quantity.whole()) {
            errors.invalid(path, amount, "must be an integer");
        }
    }

    static boolean isQuota(String name) {
        return QUOTA.contains(name) || isHugePages(name) || name.startsWith("requests.hugepages-");
    }

    /// Whether more of it may be promised than there is.
    static boolean isOvercommitted(String name) {
        return isNative(name) && !isHugePages(name);
    }

    /// Whether it is one of Kubernetes' own.
    public static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    private static boolean isHugePages(String name) {
        return name.startsWith("hugepages-");
    }

    /// Whether it is a resource that somebody else brings, such as a device.
    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && Words.qualifiedName("requests." + name).isEmpty();
    }
}
