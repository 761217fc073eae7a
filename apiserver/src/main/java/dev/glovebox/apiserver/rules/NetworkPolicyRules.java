package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// Rules about NetworkPolicies. Source: `networking/validation`.
public final class NetworkPolicyRules {
    private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
    private static final List<String> TYPES = List.of("Ingress", "Egress");

    private NetworkPolicyRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode policy, FieldErrors errors) {
        JsonNode spec = policy.path("spec");
        Path path = Path.of("spec");
        SelectorRules.check(spec.path("podSelector"), path.field("podSelector"), errors);
        rules(spec.path("ingress"), path.field("ingress"), "from", errors);
        rules(spec.path("egress"), path.field("egress"), "to", errors);
        types(spec.path("policyTypes"), path.field("policyTypes"), errors);
    }

    /// What is allowed and probably not meant: ranges that nobody would write so.
    public static List<String> warnings(JsonNode policy) {
        List<String> warnings = new ArrayList<>();
        blocks(policy, "ingress", "from", warnings);
        blocks(policy, "egress", "to", warnings);
        return warnings;
    }

    private static void blocks(
            JsonNode policy, String direction, String peers, List<String> warnings) {
        JsonNode rules = policy.path("spec").path(direction);
        for (int i = 0; i < rules.size(); i++) {
            JsonNode list = rules.get(i).path(peers);
            for (int j = 0; j < list.size(); j++) {
                JsonNode block = list.get(j).path("ipBlock");
                Path path =
                        Path.of("spec")
                                .field(direction)
                                .index(i)
                                .field(peers)
                                .index(j)
                                .field("ipBlock");
                warnings.addAll(
                        CidrRules.warnings(block.path("cidr").asText(), path.field("cidr")));
                JsonNode except = block.path("except");
                for (int k = 0; k < except.size(); k++) {
                    warnings.addAll(
                            CidrRules.warnings(
                                    except.get(k).asText(), path.field("except").index(k)));
                }
            }
        }
    }

    private static void types(JsonNode types, Path path, FieldErrors errors) {
        if (types.size() > TYPES.size()) {
            errors.invalid(path, types, "may not specify more than two policyTypes");
            return;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!TYPES.contains(types.get(i).asText())) {
                errors.unsupported(path.index(i), types.get(i).asText(), TYPES);
            }
        }
    }

    private static void rules(JsonNode rules, Path path, String peers, FieldErrors errors) {
        for (int i = 0; i < rules.size(); i++) {
            JsonNode ports = rules.get(i).path("ports");
            for (int j = 0; j < ports.size(); j++) {
                port(ports.get(j), path.index(i).field("ports").index(j), errors);
            }
            JsonNode list = rules.get(i).path(peers);
            for (int j = 0; j < list.size(); j++) {
                peer(list.get(j), path.index(i).field(peers).index(j), errors);
            }
        }
    }

    private static void port(JsonNode port, Path path, FieldErrors errors) {
        if (port.has("protocol") && !PROTOCOLS.contains(port.path("protocol").asText())) {
            errors.unsupported(path.field("protocol"), port.path("protocol").asText(), PROTOCOLS);
        }
        JsonNode number = port.path("port");
        JsonNode end = port.path("endPort");
        if (number.isNumber()) {
            Words.portNumber(number.asLong())
                    .forEach(wrong -> errors.invalid(path.field("port"), number, wrong));
            if (!end.isMissingNode() && end.asLong() < number.asLong()) {
                errors.invalid(
                        path.field("endPort"), number, "must be greater than or equal to `port`");
            }
        } else if (number.isTextual()) {
            if (!end.isMissingNode()) {
                errors.invalid(
                        path.field("endPort"),
                        end,
                        "may not be specified when `port` is non-numeric");
            }
            errors.invalid(path.field("port"), number.asText(), Words.portName(number.asText()));
        } else if (!end.isMissingNode()) {
            errors.invalid(
                    path.field("endPort"),
                    end,
                    "may not be specified when `port` is not specified");
        }
    }

    private static void peer(JsonNode peer, Path path, FieldErrors errors) {
        int kinds = 0;
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            if (peer.has(selector)) {
                kinds++;
                SelectorRules.check(peer.path(selector), path.field(selector), errors);
            }
        }
        if (peer.has("ipBlock")) {
            kinds++;
            block(peer.path("ipBlock"), path.field("ipBlock"), errors);
        }
        if (kinds == 0) {
            errors.required(path, "must specify a peer");
        } else if (kinds > 1 && peer.has("ipBlock")) {
            errors.forbidden(path, "may not specify both ipBlock and another peer");
        }
    }

    private static void block(JsonNode block, Path path, FieldErrors errors) {
        String cidr = block.path("cidr").asText();
        if (cidr.isEmpty()) {
            errors.required(path.field("cidr"), "");
            return;
        }
        if (!CidrRules.check(cidr, path.field("cidr"), errors)) {
            return;
        }
        JsonNode except = block.path("except");
        for (int i = 0; i < except.size(); i++) {
            Path at = path.field("except").index(i);
            String text = except.get(i).asText();
            if (CidrRules.check(text, at, errors) && !CidrRules.holds(cidr, text)) {
                errors.invalid(at, text, "must be a strict subset of `cidr`");
            }
        }
    }
}
