package dev.glovebox.containerd.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// One header block of a tar archive (POSIX.1-2017, pax(1), "ustar Interchange Format").
///
/// @param name the path, of at most 256 bytes
/// @param type the type flag
/// @param size in bytes
/// @param target what a link points to
record TarHeader(String name, char type, long size, String target) {
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    /// Whether it describes the next entry, or all that follow.
    boolean isExtension() {
        return type == 'x' || type == 'g' || type == 'L' || type == 'K';
    }

    /// Whether `size` bytes follow. Links, devices, directories and pipes have none.
    boolean hasData() {
        return type < '1' || type > '6';
    }

    static TarHeader parse(byte[] block, long position) throws MalformedTar {
        if (number(block, CHECKSUM, CHECKSUM_LENGTH) != checksum(block)) {
            throw new MalformedTar(
                    position == 0
                            ? "it is not a tar archive"
                            : "the header at byte " + position + " is damaged");
        }
        String name = string(block, 0, 100);
        boolean ustar = string(block, 257, 6).equals("ustar") && block[263] == '0';
        String prefix = ustar ? string(block, 345, 155) : "";
        return new TarHeader(
                prefix.isEmpty() ? name : prefix + "/" + name,
                (char) (block[156] & 0xff),
                number(block, 124, 12),
                string(block, 157, 100));
    }

    private static long checksum(byte[] block) {
        long sum = 0;
        for (int i = 0; i < block.length; i++) {
            boolean own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH;
            sum += own ? ' ' : block[i] & 0xff;
        }
        return sum;
    }

    private static String string(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.UTF_8);
    }

    /// Octal digits, or GNU's big-endian numbers marked by the highest bit.
    private static long number(byte[] block, int offset, int length) throws MalformedTar {
        if ((block[offset] & 0x80) != 0) {
            return binary(block, offset, length);
        }
        String digits = string(block, offset, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new MalformedTar("it is not a tar archive");
        }
    }

    private static long binary(byte[] block, int offset, int length) throws MalformedTar {
        long value = block[offset] & 0x3f;
        boolean negative = (block[offset] & 0x40) != 0;
        for (int i = offset + 1; i < offset + length; i++) {
            if (value > Long.MAX_VALUE >> 8) {
                throw new MalformedTar("it holds a number that is too large");
            }
            value = (value << 8) | (block[i] & 0xff);
        }
        if (negative) {
            throw new MalformedTar("it holds a negative number");
        }
        return value;
    }

    /// pax's records, each `LENGTH KEY=VALUE\n`.
    static Map<String, String> paxRecords(byte[] bytes) throws MalformedTar {
        Map<String, String> records = new HashMap<>();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int space = indexOf(bytes, ' ', at, Math.min(bytes.length, at + 10));
            long length = decimal(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
            if (length < space - at + 3 || length > bytes.length - at) {
                throw new MalformedTar("it holds a damaged pax header");
            }
            int end = at + (int) length;
            int equals = indexOf(bytes, '=', space, end);
            records.put(
                    new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8),
                    new String(
                            Arrays.copyOfRange(bytes, equals + 1, end - 1),
                            StandardCharsets.UTF_8));
            at = end;
        }
        return records;
    }

    private static int indexOf(byte[] bytes, char wanted, int from, int to) throws MalformedTar {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        throw new MalformedTar("it holds a damaged pax header");
    }

    /// A number of at most 18 decimal digits.
    static long decimal(String digits) throws MalformedTar {
        if (digits.isEmpty()
                || digits.length() > 18
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedTar("it holds a damaged pax header");
        }
        return Long.parseLong(digits);
    }
}
