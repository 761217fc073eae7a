package dev.glovebox.apiserver.crds;

import dev.glovebox.apiserver.cel.RuleCheck;
import dev.glovebox.apiserver.kinds.BuiltInKinds;
import dev.glovebox.apiserver.kinds.Declaration;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.ServiceRange;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// The kind of definitions itself, beside Kubernetes' other kinds.
public final class CustomResourceDefinitions {
    static final String GROUP = "apiextensions.k8s.io";
    static final String PLURAL = "customresourcedefinitions";
    private static final String SCHEMA =
            "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition";

    private CustomResourceDefinitions() {}

    /// All built-in kinds, of a cluster whose Services have IPv4 addresses alone.
    public static KindCatalogue builtInKinds(Schemas schemas, Clock clock) {
        return builtInKinds(schemas, ServiceRange.SINGLE, clock);
    }

    /// All built-in kinds; once a process is enough.
    ///
    /// @param services ranges of the Services' addresses, the usual first
    public static KindCatalogue builtInKinds(
            Schemas schemas, List<ServiceRange> services, Clock clock) {
        AtomicReference<Set<String>> groups = new AtomicReference<>(Set.of(GROUP));
        DefinitionRules rules =
                new DefinitionRules(new SchemaCheck(schemas, RuleCheck::new), groups::get);
        KindCatalogue kinds =
                BuiltInKinds.catalogue(
                        schemas,
                        services,
                        List.of(
                                Declaration.of(
                                        GROUP,
                                        PLURAL,
                                        SCHEMA,
                                        new DefinitionStrategy(rules, clock))));
        groups.set(Set.copyOf(kinds.groups()));
        return kinds;
    }
}
