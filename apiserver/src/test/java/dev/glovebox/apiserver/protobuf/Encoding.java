package dev.glovebox.apiserver.protobuf;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes messages field by field, right and wrong ones.
public interface Encoding {
    /// Writes the fields.
    void to(CodedOutputStream out) throws IOException;

    /// The bytes of a message.
    static byte[] message(Encoding fields) {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = CodedOutputStream.newInstance(bytes);
            fields.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /// A body around the fields of an object.
    static byte[] body(String apiVersion, String kind, Encoding fields) {
        byte[] meta =
                message(out -> {
                    out.writeString(1, apiVersion);
                    out.writeString(2, kind);
                });
        return enveloped(out -> {
            out.writeByteArray(1, meta);
            out.writeByteArray(2, message(fields));
        });
    }

    /// The start of a body, and what follows it.
    static byte[] enveloped(Encoding unknown) {
        return message(out -> {
            out.writeRawBytes(new byte[] {'k', '8', 's', 0});
            unknown.to(out);
        });
    }
}
