package dev.glovebox.runtimes.install;

import io.airlift.compress.v3.zstd.ZstdJavaOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;

/// Archives that tests write.
final class TarFile {
    private TarFile() {}

    /// An entry of one.
    ///
    /// @param text a file's content, or where a link leads
    record Entry(String name, byte type, byte[] text) {
        static Entry file(String name, String text) {
            return file(name, text.getBytes(StandardCharsets.UTF_8));
        }

        static Entry file(String name, byte[] content) {
            return new Entry(name, TarConstants.LF_NORMAL, content);
        }

        static Entry directory(String name) {
            return of(name, TarConstants.LF_DIR, "");
        }

        static Entry symlink(String name, String target) {
            return of(name, TarConstants.LF_SYMLINK, target);
        }

        static Entry link(String name, String target) {
            return of(name, TarConstants.LF_LINK, target);
        }

        static Entry of(String name, byte type, String text) {
            return new Entry(name, type, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// Writes one.
    ///
    /// @param compression `none`, `zstd`, or what Commons Compress calls it
    static Path write(Path file, String compression, Entry... entries)
            throws IOException, CompressorException {
        try (OutputStream plain = Files.newOutputStream(file);
                OutputStream out = compressed(compression, plain);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Entry each : entries) {
                TarArchiveEntry entry = new TarArchiveEntry(each.name(), each.type(), true);
                if (each.type() == TarConstants.LF_NORMAL) {
                    entry.setSize(each.text().length);
                    entry.setMode(each.name().matches(".*(bin|libexec)/.*") ? 0104755 : 0100600);
                    tar.putArchiveEntry(entry);
                    tar.write(each.text());
                } else {
                    entry.setLinkName(new String(each.text(), StandardCharsets.UTF_8));
                    tar.putArchiveEntry(entry);
                }
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private static OutputStream compressed(String how, OutputStream plain)
            throws IOException, CompressorException {
        return switch (how) {
            case "none" -> plain;
            case "zstd" -> new ZstdJavaOutputStream(plain);
            default -> new CompressorStreamFactory().createCompressorOutputStream(how, plain);
        };
    }
}
