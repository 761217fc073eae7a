package dev.glovebox.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrettyTest {
    private static final String COMPACT =
            "{\"kind\":\"List\",\"metadata\":{},\"none\":[],\"n\":1.50,\"big\":12345678901234567890,"
                    + "\"items\":[{\"name\":\"ä\\n\\\"\"},[null,true]]}";

    /// As Go's `json.MarshalIndent` writes it with two spaces.
    private static final String INDENTED =
            """
            {
              "kind": "List",
              "metadata": {},
              "none": [],
              "n": 1.50,
              "big": 12345678901234567890,
              "items": [
                {
                  "name": "ä\\n\\""
                },
                [
                  null,
                  true
                ]
              ]
            }\
            """;

    @Test
    void objects_are_indented_as_go_does() {
        assertThat(text(Pretty.of(bytes(COMPACT)))).isEqualTo(INDENTED);
    }

    @Test
    void a_list_may_come_in_any_pieces() throws IOException {
        for (int size = 1; size < 20; size++) {
            int piece = size;
            Answer.Listing listing =
                    Pretty.of(
                            new Answer.Listing(
                                    "application/json",
                                    out -> {
                                        byte[] all = bytes(COMPACT);
                                        for (int i = 0; i < all.length; i += piece) {
                                            out.write(all, i, Math.min(piece, all.length - i));
                                        }
                                    },
                                    List.of()));
            assertThat(text(listing.body().bytes())).isEqualTo(INDENTED);
        }
    }

    @Test
    void a_list_that_breaks_off_is_not_completed() {
        Answer.Listing listing =
                Pretty.of(
                        new Answer.Listing(
                                "application/json",
                                out -> {
                                    out.write(bytes("{\"items\":[{\"a\":1}"));
                                    throw new IOException("gone");
                                },
                                List.of()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> listing.body().writeTo(out)).hasMessage("gone");
        assertThat(text(out.toByteArray())).doesNotContain("]");
    }

    @Test
    void what_is_not_json_stays() {
        Answer.Whole yaml =
                new Answer.Whole(200, "application/yaml", bytes("a: {b: c}"), List.of());
        assertThat(Pretty.of(yaml)).isSameAs(yaml);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
