package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/// An archive that becomes a tree of files below one directory. Owners are not taken over, nor bits
/// beyond reading, writing and running. Links are made last, so that nothing is ever written
/// through one, and each has to lead to a place of the same tree.
final class ArchiveTree implements RuntimeArchive.Entries {
    private static final int RUN = 0111;

    private final Path root;
    private final String what;
    private final Map<Path, Path> links = new LinkedHashMap<>();

    /// @param root an empty directory
    /// @param what how a person knows the archive
    ArchiveTree(Path root, String what) {
        this.root = root.toAbsolutePath().normalize();
        this.what = what;
    }

    @Override
    public void entry(TarArchiveEntry entry, InputStream content) throws IOException {
        Path place = root.resolve(entry.getName()).normalize();
        if (!place.startsWith(root)) {
            throw wrong("its entry \"%s\" leads out of it", entry.getName());
        }
        try {
            make(place, entry, content);
        } catch (FileAlreadyExistsException e) {
            throw wrong("it has \"%s\" twice", place(e));
        } catch (NoSuchFileException e) {
            throw wrong("its link \"%s\" leads to nothing before it", entry.getName());
        }
    }

    private String place(FileSystemException e) {
        return root.relativize(Path.of(e.getFile())).toString();
    }

    private void make(Path place, TarArchiveEntry entry, InputStream content) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(place);
            return;
        }
        Files.createDirectories(place.getParent());
        if (entry.isSymbolicLink()) {
            if (links.put(place, Path.of(entry.getLinkName())) != null) {
                throw wrong("it has \"%s\" twice", entry.getName());
            }
        } else if (entry.isLink()) {
            Files.createLink(place, root.resolve(entry.getLinkName()).normalize());
        } else {
            Room.require(place, entry.getSize());
            write(place, entry, content);
        }
    }

    private void write(Path place, TarArchiveEntry entry, InputStream content) throws IOException {
        Files.copy(content, place);
        Files.setPosixFilePermissions(
                place,
                PosixFilePermissions.fromString(
                        (entry.getMode() & RUN) == 0 ? "rw-r--r--" : "rwxr-xr-x"));
    }

    /// Makes the links.
    void finish() throws IOException {
        for (Map.Entry<Path, Path> each : links.entrySet()) {
            if (Files.exists(each.getKey(), LinkOption.NOFOLLOW_LINKS)) {
                throw wrong("it has \"%s\" twice", root.relativize(each.getKey()).toString());
            }
            Files.createSymbolicLink(each.getKey(), each.getValue());
        }
        for (Path each : links.keySet()) {
            if (!leadsInside(each)) {
                throw wrong("its link \"%s\" leads out of it", root.relativize(each).toString());
            }
        }
    }

    /// A link that leads to nothing does no harm.
    private boolean leadsInside(Path link) throws IOException {
        try {
            return link.toRealPath().startsWith(root.toRealPath());
        } catch (NoSuchFileException e) {
            return true;
        } catch (FileSystemException e) {
            throw wrong(
                    "its link \"%s\" leads to itself, or to what is no directory",
                    root.relativize(link).toString());
        }
    }

    private InstallException wrong(String clause, String name) {
        return new InstallException(
                "%s is no usable archive: %s"
                        .formatted(what, clause.formatted(RuntimeArchive.printable(name))));
    }
}
