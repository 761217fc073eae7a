package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.PodAmounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Names of resources and where they may be used. Source: `core/helper`.
public final class ResourceNames {
    private static final String HUGE = "hugepages-";
    private static final Pattern SIZE =
            Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?(|[kMGTPE]|[KMGTPE]i)");
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

    /// A resource that a pod as a whole can have.
    static void checkPod(String name, Path path, FieldErrors errors) {
        if (check(name, path, errors) && !PodAmounts.isOfPod(name)) {
            errors.unsupported(path, name, List.of("cpu", "hugepages-", "memory"));
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
    public static boolean isOvercommitted(String name) {
        return isNative(name) && !isHugePages(name);
    }

    /// Whether it is one of Kubernetes' own.
    public static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    static boolean isHugePages(String name) {
        return name.startsWith(HUGE);
    }

    /// Whether an amount of huge pages is a number of pages of the size that their name says.
    static boolean isWholePages(String name, Quantity amount) {
        String size = name.substring(HUGE.length());
        if (!SIZE.matcher(size).matches()) {
            return false;
        }
        Quantity page = Quantity.parse(size);
        return page.sign() > 0
                && page.whole()
                && amount.roundedUp().amount().remainder(page.amount()).signum() == 0;
    }

    /// Whether it is a resource that somebody else brings, such as a device.
    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && Words.qualifiedName("requests." + name).isEmpty();
    }
}
