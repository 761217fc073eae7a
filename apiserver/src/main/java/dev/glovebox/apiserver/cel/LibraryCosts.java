package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.glovebox.apiserver.structural.Amount;
import java.util.Optional;

/// What calls of Kubernetes' functions are estimated to cost, and of the libraries of cel-go that
/// it has. By names, so that a function of the same name in another library costs the same. Source:
/// apiserver's `cel/library/cost.go`, cel-go's `ext/sets.go`.
final class LibraryCosts {
    /// Allows for two questions an expression.
    private static final Amount AUTHORIZATION = Amount.of(350_000);

    /// The longest regular expression of a named format, as it is taken to be.
    private static final double FORMAT = 128 * CallCost.EXPRESSION_CHARACTER;

    private static final Amount LONGEST_FORMAT_NAME = Amount.of(64);

    /// An address is 16 bytes at most.
    private static final Amount ADDRESS = Amount.of(16);

    private LibraryCosts() {}

    /// What a call costs; empty for what is no such function.
    static Optional<CallCost> of(CallCost.Call call) {
        return switch (call.function()) {
            case "sets.contains", "sets.intersects" -> Optional.of(sets(call, 1));
            case "sets.equivalent" -> Optional.of(sets(call, 2));
            case "check" -> Optional.of(CallCost.of(AUTHORIZATION));
            case "fieldSelector", "labelSelector" -> argument(call).map(LibraryCosts::selector);
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" ->
                    call.target().map(LibraryCosts::throughAll);
            case "url", "jsonpatch.escapeKey" -> argument(call).map(LibraryCosts::sameSize);
            case "lowerAscii", "upperAscii", "substring", "trim" ->
                    call.target().map(text -> sameSize(text.sizeOrUnknown()));
            case "replace", "split", "join", "find", "findAll" ->
                    call.target().flatMap(target -> TextCosts.of(call, target));
            case "cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver" ->
                    argument(call).map(CallCost::through);
            case "ip" ->
                    call.overload().equals("cidr_ip")
                            ? Optional.of(CallCost.ONE)
                            : argument(call).map(CallCost::through);
            case "ip.isCanonical" ->
                    argument(call)
                            .map(text -> CallCost.of(text.most().times(2 * CallCost.CHARACTER)));
            case "containsIP", "containsCIDR" -> argument(call).map(other -> within(call, other));
            case "validate" ->
                    argument(call)
                            .map(text ->
                                    CallCost.of(
                                            text.most().times(CallCost.CHARACTER).times(FORMAT)));
            case "_==_" -> equality(call);
            default -> isSmall(call.function()) ? Optional.of(CallCost.ONE) : Optional.empty();
        };
    }

    private static boolean isSmall(String function) {
        return switch (function) {
            case "serviceAccount",
                    "path",
                    "group",
                    "resource",
                    "subresource",
                    "namespace",
                    "name" ->
                    true;
            case "allowed", "reason", "error", "errored" -> true;
            case "masked", "prefixLength", "family", "isUnspecified", "isLoopback" -> true;
            case "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast" -> true;
            case "format.named", "sign", "asInteger", "isInteger", "asApproximateFloat" -> true;
            case "isGreaterThan", "isLessThan", "compareTo", "add", "sub" -> true;
            case "major", "minor", "patch" -> true;
            case "getScheme", "getHostname", "getHost", "getPort", "getEscapedPath", "getQuery" ->
                    true;
            default -> false;
        };
    }

    private static Optional<Size> argument(CallCost.Call call) {
        return call.arguments().stream().findFirst().map(Operand::sizeOrUnknown);
    }

    private static CallCost sameSize(Size text) {
        return CallCost.of(text.most().times(CallCost.CHARACTER), text);
    }

    private static CallCost sets(CallCost.Call call, double times) {
        Amount pairs = call.size(0).most().times(call.size(1).most());
        return CallCost.of(pairs.times(times).plus(Amount.ONE));
    }

    private static CallCost selector(Size text) {
        Amount requirements = text.most().times(0.5).times(50.0);
        Amount parsing = text.most().times(CallCost.CHARACTER);
        return CallCost.of(Amount.of(10).plus(parsing).plus(requirements));
    }

    private static CallCost throughAll(Operand list) {
        if (!list.hasElements()) {
            return CallCost.through(list.sizeOrUnknown());
        }
        Amount each = Amount.ONE;
        if (list.hasTexts()) {
            each = each.plus(list.elements().most().times(CallCost.CHARACTER));
        }
        return CallCost.of(list.sizeOrUnknown().most().times(each));
    }

    private static CallCost within(CallCost.Call call, Size other) {
        Amount units = ADDRESS.plus(ADDRESS).times(CallCost.CHARACTER);
        if (call.function().equals("containsCIDR")) {
            units = units.plus(ADDRESS.times(CallCost.CHARACTER)).plus(Amount.ONE);
        }
        return CallCost.of(
                call.overload().endsWith("_string")
                        ? units.plus(other.most().times(CallCost.CHARACTER))
                        : units);
    }

    /// What is of a type of Kubernetes' own on both sides.
    private static Optional<CallCost> equality(CallCost.Call call) {
        CelType type = call.arguments().getFirst().type();
        if (!type.equals(call.arguments().getLast().type())) {
            return Optional.empty();
        }
        return switch (type.name()) {
            case "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver" ->
                    Optional.of(CallCost.ONE);
            case "kubernetes.NamedFormat" ->
                    Optional.of(CallCost.of(LONGEST_FORMAT_NAME.times(CallCost.CHARACTER)));
            case "kubernetes.URL" ->
                    Optional.of(
                            CallCost.through(call.arguments().getLast().size().orElse(Size.ONE)));
            default ->
                    type.name().startsWith("kubernetes.authorization.")
                            ? Optional.of(CallCost.ONE)
                            : Optional.empty();
        };
    }
}
