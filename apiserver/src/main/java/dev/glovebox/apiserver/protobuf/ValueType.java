package dev.glovebox.apiserver.protobuf;

import com.google.protobuf.WireFormat;

/// What a value is, and how it is encoded.
enum ValueType {
    /// Text in UTF-8.
    STRING(WireFormat.WIRETYPE_LENGTH_DELIMITED),
    /// Bytes, in JSON as base64.
    BYTES(WireFormat.WIRETYPE_LENGTH_DELIMITED),
    /// Bytes that are not for JSON.
    RAW(WireFormat.WIRETYPE_LENGTH_DELIMITED),
    /// True or false.
    BOOLEAN(WireFormat.WIRETYPE_VARINT),
    /// A whole number of 32 bits.
    INT32(WireFormat.WIRETYPE_VARINT),
    /// A whole number of 64 bits.
    INT64(WireFormat.WIRETYPE_VARINT),
    /// Another message.
    MESSAGE(WireFormat.WIRETYPE_LENGTH_DELIMITED);

    private final int wireType;

    ValueType(int wireType) {
        this.wireType = wireType;
    }

    int wireType() {
        return wireType;
    }
}
