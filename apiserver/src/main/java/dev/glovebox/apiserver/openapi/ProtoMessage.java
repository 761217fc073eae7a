package dev.glovebox.apiserver.openapi;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A protobuf message as it grows. Empty text is left out, as proto3 does.
final class ProtoMessage {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtoMessage text(int number, String value) {
        return value.isEmpty() ? this : write(out -> out.writeString(number, value));
    }

    ProtoMessage truth(int number) {
        return write(out -> out.writeBool(number, true));
    }

    ProtoMessage message(int number, ProtoMessage value) {
        return write(out -> out.writeByteArray(number, value.bytes()));
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private ProtoMessage write(Field field) {
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            field.write(out);
            out.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private interface Field {
        void write(CodedOutputStream out) throws IOException;
    }
}
