package dev.glovebox.apiserver.protobuf;

import java.util.Map;

/// A field of a message, as far as its JSON is concerned.
///
/// @param name in JSON; empty for an inlined message
/// @param message name of the message that a value is; empty for plain values
/// @param omitZero whether JSON has no zero there: Go holds the field by value, and encodes it even
///   where nobody set it. Where this is false, JSON has the zero too.
record Field(String name, ValueType type, String message, Shape shape, boolean omitZero) {
    /// How often a field has a value.
    enum Shape {
        /// Once.
        SINGLE,
        /// As often as it occurs.
        LIST,
        /// Once for each key, which is text.
        MAP,
        /// Once, a message whose fields stand in JSON among those around it.
        INLINE
    }

    static Field plain(String name, ValueType type) {
        return new Field(name, type, "", Shape.SINGLE, false);
    }

    /// An entry of this map, a message of its own on the wire.
    Message entry() {
        return Message.of(
                Map.of(
                        1,
                        plain("k", ValueType.STRING),
                        2,
                        new Field("v", type, message, Shape.SINGLE, false)));
    }
}
