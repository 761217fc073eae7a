package dev.glovebox.apiserver.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.schema.Schemas;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServedKindsTest {
    private final Schemas schemas = Schemas.kubernetes();
    private final KindCatalogue builtIn =
            BuiltInKinds.catalogue(schemas, ServiceRange.SINGLE, List.of());
    private final ServedKinds served = new ServedKinds(builtIn);

    @Test
    void added_kinds_replace_those_that_were_added_before() {
        served.add(List.of(kind("example.com", "v1", "widgets")));
        served.add(List.of(kind("example.com", "v1", "gadgets")));

        assertThat(served.get().find("example.com", "widgets")).isEmpty();
        assertThat(served.get().find("example.com", "v1", "gadgets")).isPresent();
        assertThat(served.get().kinds()).containsAll(builtIn.kinds());
    }

    @Test
    void a_catalogue_that_somebody_holds_does_not_change() {
        KindCatalogue before = served.get();
        served.add(List.of(kind("example.com", "v1", "widgets")));

        assertThat(before.groups()).doesNotContain("example.com");
    }

    @Test
    void versions_of_a_group_keep_their_order_and_a_resource_is_one() {
        served.add(
                List.of(
                        kind("example.com", "v1", "widgets"),
                        kind("example.com", "v1beta1", "widgets")));

        assertThat(served.get().versions("example.com")).containsExactly("v1", "v1beta1");
        assertThat(served.get().resources())
                .filteredOn(each -> each.group().equals("example.com"))
                .extracting(Kind::version)
                .containsExactly("v1");
    }

    @Test
    void a_built_in_group_cannot_be_added_to() {
        assertThatThrownBy(() -> served.add(List.of(kind("apps", "v1", "widgets"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(served.get()).isSameAs(builtIn);
    }

    private Kind kind(String group, String version, String plural) {
        return new Kind(
                group,
                List.of(version),
                new KindNames("Widget", plural, "widget", List.of(), List.of()),
                true,
                List.of("get"),
                List.of(),
                schemas.get("io.k8s.api.core.v1.ConfigMap"),
                Strategy.PLAIN);
    }
}
