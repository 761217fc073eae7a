package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about a Service's cluster addresses and their families. Source: `core/validation`,
/// `ValidateServiceClusterIPsRelatedFields`.
public final class ServiceAddressRules {
    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");
    private static final List<String> POLICIES =
            List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final Path SPEC = Path.of("spec");
    private static final Path ADDRESSES = SPEC.field("clusterIPs");

    private ServiceAddressRules() {}

    /// Notes what does not fit together.
    ///
    /// @param spec of the Service
    public static void check(JsonNode spec, FieldErrors errors) {
        if (spec.path("type").asText().equals("ExternalName")) {
            return;
        }
        first(spec, errors);
        families(spec.path("ipFamilies"), errors);
        String policy = spec.path("ipFamilyPolicy").asText();
        if (spec.has("ipFamilyPolicy") && !POLICIES.contains(policy)) {
            errors.unsupported(SPEC.field("ipFamilyPolicy"), policy, POLICIES);
        }
        JsonNode addresses = spec.path("clusterIPs");
        boolean valid = valid(addresses, errors);
        if (addresses.size() > 2) {
            errors.invalid(ADDRESSES, addresses, "may only hold up to 2 values");
        }
        if (valid) {
            stacks(spec, addresses, errors);
        }
    }

    private static void first(JsonNode spec, FieldErrors errors) {
        String address = spec.path("clusterIP").asText();
        JsonNode addresses = spec.path("clusterIPs");
        if (address.isEmpty()) {
            if (!addresses.isEmpty()) {
                errors.invalid(
                        ADDRESSES, addresses, "must be empty when `clusterIP` is not specified");
            }
        } else if (addresses.isEmpty()) {
            errors.required(ADDRESSES, "");
        } else if (!addresses.get(0).asText().equals(address)) {
            errors.invalid(ADDRESSES, addresses, "first value must match `clusterIP`");
        }
    }

    private static void families(JsonNode families, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < families.size(); i++) {
            Path path = SPEC.field("ipFamilies").index(i);
            String family = families.get(i).asText();
            if (!FAMILIES.contains(family)) {
                errors.unsupported(path, family, FAMILIES);
            }
            if (!seen.add(family)) {
                errors.duplicate(path, family);
            }
        }
    }

    private static boolean valid(JsonNode addresses, FieldErrors errors) {
        boolean valid = true;
        for (int i = 0; i < addresses.size(); i++) {
            String address = addresses.get(i).asText();
            if (i == 0 && address.equals("None")) {
                if (addresses.size() > 1) {
                    valid = false;
                    errors.invalid(ADDRESSES, addresses, "'None' must be the first and only value");
                }
                continue;
            }
            valid &= IpAddress.check(address, ADDRESSES.index(i), errors);
        }
        return valid;
    }

    private static void stacks(JsonNode spec, JsonNode addresses, FieldErrors errors) {
        if (addresses.size() > 1) {
            Set<String> seen = new HashSet<>();
            addresses.forEach(each -> seen.add(family(each.asText())));
            if (seen.size() < 2) {
                errors.invalid(
                        ADDRESSES, addresses, "may specify no more than one IP for each IP family");
            }
        }
        if (ServiceRules.isHeadless(spec)) {
            return;
        }
        JsonNode families = spec.path("ipFamilies");
        for (int i = 0; i < Math.min(addresses.size(), families.size()); i++) {
            String family = families.get(i).asText();
            if (FAMILIES.contains(family) && !family.equals(family(addresses.get(i).asText()))) {
                errors.invalid(
                        ADDRESSES.index(i),
                        addresses.get(i),
                        "expected an %s value as indicated by `ipFamilies[%d]`"
                                .formatted(family, i));
            }
        }
    }

    private static String family(String address) {
        return IpAddress.parse(address).map(IpAddress::family).orElse("");
    }
}
