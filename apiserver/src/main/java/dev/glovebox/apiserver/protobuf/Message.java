package dev.glovebox.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// A kind of message.
///
/// @param fields by their numbers
/// @param json how its JSON is made of its fields; empty where it is the fields
record Message(Map<Integer, Field> fields, Optional<Json> json) {
    Message {
        fields = Map.copyOf(fields);
    }

    static Message of(Map<Integer, Field> fields) {
        return new Message(fields, Optional.empty());
    }

    /// JSON of a message that is something else than an object there.
    interface Json {
        /// The value; null where nothing is set.
        ///
        /// @throws IOException when the fields make no such value
        JsonNode of(ObjectNode fields) throws IOException;
    }
}
