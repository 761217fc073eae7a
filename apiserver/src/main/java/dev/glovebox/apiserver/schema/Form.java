package dev.glovebox.apiserver.schema;

/// What a value is made of, as far as decoding it is concerned.
public enum Form {
    /// An object with known fields.
    STRUCT,
    /// An object with keys of the client's choice and values of one schema.
    MAP,
    /// A list of values of one schema.
    LIST,
    /// Text.
    STRING,
    /// Bytes in base64.
    BYTES,
    /// A whole number.
    INTEGER,
    /// A number.
    NUMBER,
    /// True or false.
    BOOLEAN,
    /// An amount such as `100m` or `1Gi`.
    QUANTITY,
    /// A time to the second.
    TIME,
    /// A time to the microsecond.
    MICRO_TIME,
    /// A whole number or text.
    INT_OR_STRING,
    /// Any JSON.
    ANY
}
