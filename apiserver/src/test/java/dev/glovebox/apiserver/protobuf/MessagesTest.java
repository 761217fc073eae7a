package dev.glovebox.apiserver.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private final Set<String> seen = new HashSet<>();

    /// Otherwise a client that speaks protobuf would be told of unknown fields that it did not
    /// send.
    @Test
    void every_field_of_a_message_is_in_its_schema() {
        CustomResourceDefinitions.builtInKinds(Schemas.kubernetes(), Clock.systemUTC())
                .kinds()
                .stream()
                .filter(kind -> !kind.group().equals("apiextensions.k8s.io"))
                .filter(kind -> kind.verbs().contains("create"))
                .forEach(kind -> {
                    Schema schema = kind.schema();
                    check(Messages.kubernetes().get(kind.schema().name()), schema);
                });
        assertThat(seen).contains("io.k8s.api.core.v1.EphemeralContainer").hasSizeGreaterThan(150);
    }

    private void check(Message message, Schema schema) {
        message.fields().values().forEach(field -> check(field, schema));
    }

    private void check(Field field, Schema schema) {
        Messages messages = Messages.kubernetes();
        if (field.shape() == Field.Shape.INLINE) {
            check(messages.get(field.message()), schema);
            return;
        }
        Schema property =
                schema.property(field.name())
                        .orElseThrow(() ->
                                new AssertionError(schema.name() + " has no " + field.name()));
        boolean many = field.shape() != Field.Shape.SINGLE;
        if (!field.message().isEmpty() && seen.add(field.message())) {
            Message message = messages.get(field.message());
            if (message.json().isEmpty()) {
                check(message, many ? property.items() : property);
            }
        }
    }
}
