package dev.glovebox.node.volume;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/// A directory whose files change all at once: they lie in a directory of their own, to which the
/// link `..data` leads, and each name that a reader sees is a link through `..data`. A new state is
/// written beside the old one, and then `..data` is replaced by one rename. Source: kubelet's
/// AtomicWriter.
///
/// Only root writes here, and containers see it read-only: no link in it is anybody else's.
///
/// @param root an existing directory
/// @param group that may read everything; empty for root's
record AtomicDirectory(Path root, OptionalLong group) {
    private static final String DATA = "..data";
    private static final String NEXT = "..data_tmp";
    private static final String STATE = "..state-";

    /// Makes these the files.
    ///
    /// @param files by relative path, which has been checked
    /// @return whether anything changed
    boolean write(Map<String, FileContent> files) throws IOException {
        String now = current();
        Map<String, FileContent> wanted = new java.util.TreeMap<>(files);
        if (!now.isEmpty() && isWritten(now, wanted)) {
            removeStrangers(now, visible(wanted));
            return false;
        }
        Path state = root.resolve(STATE + UUID.randomUUID());
        directory(state);
        for (var file : wanted.entrySet()) {
            write(state, file.getKey(), file.getValue());
        }
        Path next = root.resolve(NEXT);
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, state.getFileName());
        Files.move(next, root.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        for (String name : visible(wanted)) {
            link(name);
        }
        removeStrangers(state.getFileName().toString(), visible(wanted));
        return true;
    }

    /// Name of the directory that holds the present state; empty before there is one.
    private String current() throws IOException {
        try {
            return Files.readSymbolicLink(root.resolve(DATA)).toString();
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    private boolean isWritten(String state, Map<String, FileContent> wanted) throws IOException {
        Path from = root.resolve(state);
        Set<String> there = new HashSet<>();
        try (var files = Files.walk(from)) {
            files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .forEach(file -> there.add(from.relativize(file).toString()));
        } catch (NoSuchFileException lost) {
            return false;
        }
        if (!there.equals(wanted.keySet())) {
            return false;
        }
        for (var file : wanted.entrySet()) {
            Path path = from.resolve(file.getKey());
            int mode = (Integer) Files.getAttribute(path, "unix:mode") & 07777;
            if (mode != mode(file.getValue())
                    || !java.util.Arrays.equals(
                            Files.readAllBytes(path), file.getValue().bytes())) {
                return false;
            }
        }
        return true;
    }

    private void write(Path state, String name, FileContent file) throws IOException {
        Path path = state.resolve(name);
        Path below = state;
        for (Path part : state.relativize(path.getParent())) {
            below = below.resolve(part);
            if (!part.toString().isEmpty() && !Files.isDirectory(below)) {
                directory(below);
            }
        }
        Files.write(path, file.bytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (file.owner() != FileContent.ROOT) {
            Files.setAttribute(path, "unix:uid", Math.toIntExact(file.owner()));
        }
        own(path);
        Files.setAttribute(path, "unix:mode", mode(file));
    }

    private void directory(Path path) throws IOException {
        Files.createDirectory(path);
        own(path);
        Files.setAttribute(path, "unix:mode", group.isPresent() ? 02755 : 0755);
    }

    private void own(Path path) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(path, "unix:gid", Math.toIntExact(group.getAsLong()));
        }
    }

    /// A group that owns a volume may read it.
    private int mode(FileContent file) {
        return group.isPresent() ? file.mode() | 0440 : file.mode();
    }

    private static Set<String> visible(Map<String, FileContent> files) {
        Set<String> names = new HashSet<>();
        files.keySet().forEach(path -> names.add(path.split("/", 2)[0]));
        return names;
    }

    private void link(String name) throws IOException {
        Path link = root.resolve(name);
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, Path.of(DATA, name));
        }
    }

    /// Removes what belongs to no present file: links that lead nowhere, and states of the past,
    /// also one that a crash left.
    private void removeStrangers(String state, Set<String> visible) throws IOException {
        for (String name : visible) {
            link(name);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(root)) {
            for (Path each : all) {
                String name = each.getFileName().toString();
                boolean present = name.equals(DATA) || name.equals(state) || visible.contains(name);
                if (!present) {
                    PodDirectories.removeTree(each);
                }
            }
        }
    }
}
