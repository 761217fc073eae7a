package dev.glovebox.containerd.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the files of a tar archive lie in it (POSIX ustar and pax, GNU's long names). Nothing is
/// ever unpacked: what is read is read in place, so that a path can lead nowhere. Still, a path
/// that is absolute or climbs out is refused, as is a name that comes twice: an archive that two
/// readers may understand differently is not to be trusted.
///
/// The archive is untrusted. Memory is bounded by [#MOST_ENTRIES] and [#LONGEST_RECORD]; every
/// offset is held against the archive's length before it is used.
final class TarIndex {
    /// Most files and links that an archive may hold. Image archives hold a few dozen.
    static final int MOST_ENTRIES = 20_000;

    /// Longest pax record block or GNU long name, in bytes.
    static final int LONGEST_RECORD = 64 << 10;

    private static final int BLOCK = 512;
    private static final int LONGEST_CHAIN = 8;

    private final Map<String, Entry> entries = new HashMap<>();
    private final SeekableByteChannel channel;

    private TarIndex(SeekableByteChannel channel) {
        this.channel = channel;
    }

    /// A file's place, or a link to one.
    sealed interface Entry {}

    /// The place of a file's content in the archive, in bytes.
    record Place(long offset, long size) implements Entry {}

    private record Link(String target) implements Entry {}

    /// What the extension headers before an entry say about it.
    private record Overrides(Optional<String> path, Optional<String> target, Optional<Long> size) {
        static final Overrides NONE =
                new Overrides(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Reads all headers.
    ///
    /// @throws MalformedTar when the archive is damaged or not a tar archive at all
    static TarIndex read(SeekableByteChannel channel) throws IOException, MalformedTar {
        TarIndex index = new TarIndex(channel);
        index.readAll();
        return index;
    }

    /// The place of the file of that name, through links; empty when there is none.
    Optional<Place> find(String name) throws MalformedTar {
        Entry entry = entries.get(name);
        for (int step = 0; step < LONGEST_CHAIN; step++) {
            switch (entry) {
                case null -> {
                    return Optional.empty();
                }
                case Place place -> {
                    return Optional.of(place);
                }
                case Link(String target) -> entry = entries.get(target);
            }
        }
        throw new MalformedTar("the link " + name + " leads in a circle");
    }

    private void readAll() throws IOException, MalformedTar {
        long position = 0;
        Overrides overrides = Overrides.NONE;
        ByteBuffer header = ByteBuffer.allocate(BLOCK);
        while (position + BLOCK <= channel.size()) {
            fill(header, position);
            if (isZero(header.array())) {
                break;
            }
            TarHeader read = TarHeader.parse(header.array(), position);
            boolean extension = read.isExtension();
            long size = extension ? read.size() : overrides.size().orElse(read.size());
            long data = position + BLOCK;
            if (size < 0 || size > channel.size() - data) {
                throw new MalformedTar(
                        "it ends within " + quoted(read.name()) + ", as if cut short");
            }
            if (extension) {
                overrides = extend(overrides, read, data);
            } else {
                add(read, overrides, new Place(data, size));
                overrides = Overrides.NONE;
            }
            // Links and directories carry no data, whatever their size field says.
            position = data + (read.hasData() ? roundUp(size) : 0);
        }
        if (position == 0) {
            throw new MalformedTar("it is not a tar archive");
        }
    }

    private static long roundUp(long size) {
        return (size + BLOCK - 1) / BLOCK * BLOCK;
    }

    private Overrides extend(Overrides before, TarHeader header, long data)
            throws IOException, MalformedTar {
        if (header.size() > LONGEST_RECORD) {
            throw new MalformedTar(
                    "an extension header of "
                            + header.size()
                            + " bytes is longer than "
                            + LONGEST_RECORD);
        }
        ByteBuffer content = ByteBuffer.allocate((int) header.size());
        fill(content, data);
        byte[] bytes = content.array();
        return switch (header.type()) {
            case 'L' -> new Overrides(Optional.of(text(bytes)), before.target(), before.size());
            case 'K' -> new Overrides(before.path(), Optional.of(text(bytes)), before.size());
            case 'x' -> pax(before, TarHeader.paxRecords(bytes));
            default -> before;
        };
    }

    private static Overrides pax(Overrides before, Map<String, String> records)
            throws MalformedTar {
        if (records.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."))) {
            throw new MalformedTar("it holds a sparse file");
        }
        return new Overrides(
                Optional.ofNullable(records.get("path")).or(before::path),
                Optional.ofNullable(records.get("linkpath")).or(before::target),
                records.containsKey("size")
                        ? Optional.of(TarHeader.decimal(records.getOrDefault("size", "")))
                        : before.size());
    }

    private void add(TarHeader header, Overrides overrides, Place place) throws MalformedTar {
        String raw = overrides.path().orElse(header.name());
        switch (header.type()) {
            case '0', '7', 0 -> {
                if (!raw.endsWith("/")) {
                    put(raw, place);
                }
            }
            case '1' -> put(raw, new Link(normal("", overrides.target().orElse(header.target()))));
            case '2' -> put(raw, link(raw, overrides.target().orElse(header.target())));
            case 'S' -> throw new MalformedTar("it holds a sparse file");
            // Directories and devices mean nothing to an image archive.
            default -> normal("", raw);
        }
    }

    private static Link link(String raw, String target) throws MalformedTar {
        int slash = raw.lastIndexOf('/');
        return new Link(normal(slash < 0 ? "" : raw.substring(0, slash), target));
    }

    private void put(String raw, Entry entry) throws MalformedTar {
        String name = normal("", raw);
        if (entries.size() >= MOST_ENTRIES) {
            throw new MalformedTar("it holds more than " + MOST_ENTRIES + " files");
        }
        if (entries.put(name, entry) != null) {
            throw new MalformedTar("it holds " + quoted(name) + " twice");
        }
    }

    /// A path without `.` and empty parts. Only a link's target may climb, and never out.
    private static String normal(String base, String raw) throws MalformedTar {
        if (raw.startsWith("/")) {
            throw new MalformedTar("it holds the absolute path " + quoted(raw));
        }
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (base + "/" + raw).split("/", -1)) {
            if (part.equals("..")) {
                if (parts.isEmpty() || base.isEmpty()) {
                    throw new MalformedTar("the path " + quoted(raw) + " leads out of it");
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private void fill(ByteBuffer buffer, long position) throws IOException {
        buffer.clear();
        channel.position(position);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the archive became shorter while it was read");
            }
        }
    }

    private static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[BLOCK]);
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /// A name from the archive, fit for a terminal.
    static String quoted(String name) {
        String shown = name.length() > 120 ? name.substring(0, 120) + "..." : name;
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
