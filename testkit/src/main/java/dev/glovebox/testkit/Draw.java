package dev.glovebox.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Makes the parts of one case at random.
public final class Draw {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// Characters that parsers trip over, among ordinary ones.
    private static final String ODD =
            "abcxyz019 \t\n\r\0,;:=!~/\\|'\"`#&*?<>()[]{}%@$^+-_.é\u2028\ud83d\ude00\ufeff";

    private final Random random;
    private final int size;

    Draw(Random random, int size) {
        this.random = random;
        this.size = size;
    }

    /// A number from 0 to below `most`.
    public int below(int most) {
        return random.nextInt(most);
    }

    /// A number from 0 to the size of the case.
    public int length() {
        return random.nextInt(size + 1);
    }

    /// Any number; often a small one or one at the edge.
    public long number() {
        return switch (below(4)) {
            case 0 -> below(3) - 1;
            case 1 -> pick(List.of(Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 1L << 53, -1L << 31));
            case 2 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    /// Yes once in `times`.
    public boolean once(int times) {
        return below(times) == 0;
    }

    /// One of them.
    public <T> T pick(List<T> from) {
        return from.get(below(from.size()));
    }

    /// Text of characters that parsers trip over.
    public String oddText() {
        return text(ODD, length());
    }

    /// Text of so many of these characters.
    public String text(String alphabet, int length) {
        int[] characters = alphabet.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(characters[below(characters.length)]);
        }
        return text.toString();
    }

    /// Bytes of any kind.
    public byte[] bytes() {
        byte[] bytes = new byte[length() * 4];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A text with a few bytes changed, taken out, doubled or put in.
    public byte[] spoilt(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = below(4); i >= 0 && bytes.length > 0; i--) {
            int at = below(bytes.length);
            int to = Math.min(bytes.length, at + below(8));
            bytes =
                    switch (below(4)) {
                        case 0 -> joined(bytes, at, text(ODD, 1), at + 1);
                        case 1 -> joined(bytes, at, "", to);
                        case 2 -> joined(bytes, to, "", at);
                        default -> joined(bytes, at, text(ODD, 1 + below(3)), at);
                    };
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int before, String between, int after) {
        byte[] middle = between.getBytes(StandardCharsets.UTF_8);
        byte[] joined = new byte[before + middle.length + bytes.length - after];
        System.arraycopy(bytes, 0, joined, 0, before);
        System.arraycopy(middle, 0, joined, before, middle.length);
        System.arraycopy(bytes, after, joined, before + middle.length, bytes.length - after);
        return joined;
    }

    /// A tree of JSON whose fields have few names, so that two of them have some in common.
    public JsonNode tree() {
        return tree(4);
    }

    private JsonNode tree(int depth) {
        return switch (below(depth == 0 ? 5 : 8)) {
            case 0 -> NODES.textNode(oddText());
            case 1 -> NODES.numberNode(below(100));
            case 2 -> NODES.booleanNode(once(2));
            case 3 -> NODES.nullNode();
            case 4 -> NODES.numberNode(new BigDecimal(below(1000) + "." + (1 + below(9))));
            case 5 -> array(depth - 1);
            default -> object(depth - 1);
        };
    }

    private ArrayNode array(int depth) {
        ArrayNode array = NODES.arrayNode();
        for (int i = below(4); i > 0; i--) {
            array.add(tree(depth));
        }
        return array;
    }

    /// A tree whose root is an object.
    public ObjectNode object() {
        return object(3);
    }

    private ObjectNode object(int depth) {
        ObjectNode object = NODES.objectNode();
        for (int i = below(5); i > 0; i--) {
            object.set(pick(List.of("a", "b", "c", "d", "", "a/b", "m~n", "0", "é")), tree(depth));
        }
        return object;
    }
}
