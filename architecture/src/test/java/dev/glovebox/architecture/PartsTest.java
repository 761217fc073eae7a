package dev.glovebox.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Who may know whom. The map is the design's; Maven forbids circles between modules, these rules
/// forbid them between packages, and arrows that a pom would allow by transitivity.
class PartsTest {
    private static final String ROOT = "dev.glovebox.";

    /// Each part with the parts that it may know.
    private static final Map<String, Set<String>> KNOWS =
            Map.ofEntries(
                    Map.entry("model", Set.of()),
                    Map.entry("control", Set.of()),
                    Map.entry("cri", Set.of()),
                    Map.entry("policy", Set.of("model")),
                    Map.entry("cluster", Set.of("model")),
                    Map.entry("store", Set.of()),
                    Map.entry("http", Set.of()),
                    Map.entry("apiserver", Set.of("model", "cluster", "policy", "store", "http")),
                    Map.entry("placement", Set.of("model", "cluster")),
                    Map.entry("scheduler", Set.of("model", "cluster", "placement")),
                    Map.entry("controllers", Set.of("model", "cluster", "placement")),
                    Map.entry("containerd", Set.of("model", "cri")),
                    Map.entry("runtimes", Set.of("model", "cri", "containerd")),
                    Map.entry("network", Set.of("model")),
                    Map.entry(
                            "node",
                            Set.of(
                                    "model",
                                    "cri",
                                    "cluster",
                                    "placement",
                                    "containerd",
                                    "runtimes",
                                    "network",
                                    "policy",
                                    "http")),
                    Map.entry("cli", Set.of("control")),
                    Map.entry(
                            "engine",
                            Set.of(
                                    "model",
                                    "control",
                                    "cri",
                                    "policy",
                                    "cluster",
                                    "placement",
                                    "store",
                                    "http",
                                    "apiserver",
                                    "scheduler",
                                    "controllers",
                                    "containerd",
                                    "runtimes",
                                    "network",
                                    "node")));

    private static JavaClasses production;

    @BeforeAll
    static void read() {
        production =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.glovebox");
    }

    @TestFactory
    Stream<DynamicTest> a_part_knows_only_what_the_design_lets_it_know() {
        return KNOWS.entrySet().stream()
                .map(part ->
                        DynamicTest.dynamicTest(
                                part.getKey(),
                                () ->
                                        noClasses()
                                                .that()
                                                .resideInAPackage(within(part.getKey()))
                                                .should()
                                                .dependOnClassesThat(
                                                        strangersOf(part.getKey(), part.getValue()))
                                                .allowEmptyShould(true)
                                                .check(production)));
    }

    @Test
    void every_class_belongs_to_a_part_of_the_design() {
        classes()
                .should()
                .resideInAnyPackage(
                        Stream.concat(KNOWS.keySet().stream(), Stream.of("testkit"))
                                .map(PartsTest::within)
                                .toArray(String[]::new))
                .check(production);
    }

    @Test
    void packages_are_free_of_circles() {
        slices().matching("dev.glovebox.(**)").should().beFreeOfCycles().check(production);
    }

    @Test
    void only_containerd_speaks_grpc() {
        onlyIn(List.of("io.grpc.."), within("containerd"), within("cri"));
    }

    @Test
    void only_the_stores_sqlite_package_speaks_sql() {
        onlyIn(List.of("java.sql..", "org.sqlite.."), "dev.glovebox.store.sqlite");
    }

    @Test
    void only_one_package_knows_the_client_of_foreign_apis() {
        onlyIn(List.of("io.fabric8.kubernetes.client.."), "dev.glovebox.cluster.http");
    }

    @Test
    void only_one_package_knows_the_expression_language() {
        onlyIn(List.of("dev.cel.."), "dev.glovebox.apiserver.cel");
    }

    @Test
    void the_command_line_loads_neither_models_nor_servers() {
        noClasses()
                .that()
                .resideInAPackage(within("cli"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8..", "io.grpc..", "io.netty..", "io.vertx..")
                .check(production);
    }

    @Test
    void policy_reads_and_writes_nothing() {
        noClasses()
                .that()
                .resideInAPackage(within("policy"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.sql..")
                .check(production);
    }

    @Test
    void time_is_injected() {
        noClasses()
                .that()
                .resideOutsideOfPackage(within("cli"))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(production);
    }

    /// The engine's entry has one line to print, why it cannot start, and only on standard error.
    @Test
    void only_the_command_line_and_the_engines_entry_print() {
        noClasses()
                .that()
                .resideOutsideOfPackage(within("cli"))
                .should()
                .accessField(System.class, "out")
                .check(production);
        noClasses()
                .that()
                .resideOutsideOfPackage(within("cli"))
                .and()
                .doNotHaveFullyQualifiedName("dev.glovebox.engine.EngineMain")
                .should()
                .accessField(System.class, "err")
                .check(production);
    }

    private static void onlyIn(List<String> libraries, String... packages) {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries.toArray(String[]::new))
                .check(production);
    }

    private static DescribedPredicate<JavaClass> strangersOf(String part, Set<String> known) {
        return DescribedPredicate.describe(
                "belong to parts that " + part + " does not know",
                other -> {
                    String name = other.getPackageName();
                    if (!name.startsWith(ROOT)) {
                        return false;
                    }
                    String owner = name.substring(ROOT.length()).split("\\.", 2)[0];
                    return !owner.equals(part) && !known.contains(owner);
                });
    }

    private static String within(String part) {
        return ROOT + part + "..";
    }
}
