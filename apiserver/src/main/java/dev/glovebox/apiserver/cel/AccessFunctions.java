package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionOverload;
import dev.glovebox.apiserver.cel.Access.ResourceCheck;
import java.util.List;

/// Questions about access. Source: apiserver's `cel/library/authz.go`, without the selectors of
/// fields and labels, which our authorisation does not know.
final class AccessFunctions {
    static final CelType AUTHORIZER = OpaqueType.create("kubernetes.authorization.Authorizer");
    static final CelType RESOURCE = OpaqueType.create("kubernetes.authorization.ResourceCheck");
    private static final CelType PATH = OpaqueType.create("kubernetes.authorization.PathCheck");
    private static final CelType GROUP = OpaqueType.create("kubernetes.authorization.GroupCheck");
    private static final CelType DECISION = OpaqueType.create("kubernetes.authorization.Decision");

    private AccessFunctions() {}

    private record PathCheck(Access access, String path) {}

    private record GroupCheck(Access access, String group) {}

    private record Decision(boolean allowed) {}

    static void addTo(Functions functions) {
        begin(functions);
        narrow(functions);
        decide(functions);
    }

    private static void begin(Functions functions) {
        functions.member(
                "path",
                "authorizer_path",
                PATH,
                List.of(AUTHORIZER, SimpleType.STRING),
                Access.class,
                String.class,
                PathCheck::new);
        functions.member(
                "group",
                "authorizer_group",
                GROUP,
                List.of(AUTHORIZER, SimpleType.STRING),
                Access.class,
                String.class,
                GroupCheck::new);
        functions.member(
                "serviceAccount",
                "authorizer_serviceaccount",
                AUTHORIZER,
                List.of(AUTHORIZER, SimpleType.STRING, SimpleType.STRING),
                List.of(Access.class, String.class, String.class),
                given -> ((Access) given[0]).of((String) given[1], (String) given[2]));
        functions.member(
                "resource",
                "groupcheck_resource",
                RESOURCE,
                List.of(GROUP, SimpleType.STRING),
                GroupCheck.class,
                String.class,
                (of, plural) -> new ResourceCheck(of.access(), of.group(), plural, "", "", ""));
    }

    private static void narrow(Functions functions) {
        narrow(
                functions,
                "subresource",
                (check, to) ->
                        new ResourceCheck(
                                check.access(),
                                check.group(),
                                check.resource(),
                                to,
                                check.namespace(),
                                check.name()));
        narrow(
                functions,
                "namespace",
                (check, to) ->
                        new ResourceCheck(
                                check.access(),
                                check.group(),
                                check.resource(),
                                check.subresource(),
                                to,
                                check.name()));
        narrow(
                functions,
                "name",
                (check, to) ->
                        new ResourceCheck(
                                check.access(),
                                check.group(),
                                check.resource(),
                                check.subresource(),
                                check.namespace(),
                                to));
    }

    private static void narrow(
            Functions functions,
            String name,
            CelFunctionOverload.Binary<ResourceCheck, String> narrowing) {
        functions.member(
                name,
                "resourcecheck_" + name,
                RESOURCE,
                List.of(RESOURCE, SimpleType.STRING),
                ResourceCheck.class,
                String.class,
                narrowing);
    }

    private static void decide(Functions functions) {
        functions.member(
                "check",
                "pathcheck_check",
                DECISION,
                List.of(PATH, SimpleType.STRING),
                PathCheck.class,
                String.class,
                (check, verb) -> new Decision(check.access().allowsPath(check.path(), verb)));
        functions.member(
                "check",
                "resourcecheck_check",
                DECISION,
                List.of(RESOURCE, SimpleType.STRING),
                ResourceCheck.class,
                String.class,
                (check, verb) -> new Decision(check.access().allows(check, verb)));
        functions.member(
                "allowed",
                "decision_allowed",
                SimpleType.BOOL,
                DECISION,
                Decision.class,
                Decision::allowed);
        // Our authorisation always finds an answer, and gives expressions no reasons.
        functions.member(
                "errored",
                "decision_errored",
                SimpleType.BOOL,
                DECISION,
                Decision.class,
                decision -> false);
        for (String name : List.of("error", "reason")) {
            functions.member(
                    name,
                    "decision_" + name,
                    SimpleType.STRING,
                    DECISION,
                    Decision.class,
                    decision -> "");
        }
    }
}
