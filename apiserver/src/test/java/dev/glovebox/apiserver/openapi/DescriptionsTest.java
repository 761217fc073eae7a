package dev.glovebox.apiserver.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.schema.Schemas;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class DescriptionsTest {
    private static final String POD = "io.k8s.api.core.v1.Pod";

    private final Descriptions descriptions = Descriptions.read();
    private final JsonNode schemas = Schemas.kubernetes().definitions();

    @Test
    void a_schema_and_its_fields_are_described_and_the_given_one_is_left_alone() {
        ObjectNode pod = descriptions.described(POD, schemas.path(POD));

        assertTrue(pod.path("description").asText().startsWith("Pod is a collection"));
        assertFalse(pod.at("/properties/spec/description").asText().isEmpty());
        assertFalse(schemas.path(POD).has("description"));
    }

    @Test
    void what_nothing_is_said_about_stays_as_it_is() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");

        assertEquals(schema, descriptions.described("com.example.v1.Unknown", schema));
    }

    @Test
    void every_kind_that_is_served_is_described() {
        CustomResourceDefinitions.builtInKinds(Schemas.kubernetes(), Clock.systemUTC())
                .kinds()
                .forEach(kind ->
                        assertTrue(
                                descriptions
                                        .described(
                                                kind.schema().name(),
                                                schemas.path(kind.schema().name()))
                                        .has("description"),
                                kind.resource()));
    }
}
