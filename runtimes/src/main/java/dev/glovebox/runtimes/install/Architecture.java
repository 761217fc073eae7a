package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A processor that runtimes are built for, as `uname -m` calls it.
public enum Architecture {
    /// 64-bit x86.
    X86_64("x86_64", "amd64", 62),
    /// 64-bit ARM.
    AARCH64("aarch64", "arm64", 183);

    private static final int HEADER = 20;
    private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F', 2, 1};

    private final String text;
    private final String debian;
    private final int machine;

    Architecture(String text, String debian, int machine) {
        this.text = text;
        this.debian = debian;
        this.machine = machine;
    }

    /// What `uname -m` says.
    public String text() {
        return text;
    }

    /// What Debian and Go call it: `amd64`.
    public String debian() {
        return debian;
    }

    /// This machine's.
    ///
    /// @throws InstallException on a processor that no runtime is taken for
    public static Architecture ofThisMachine() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                    throw new InstallException(
                            "this machine's processor is "
                                    + name
                                    + "; runtimes are taken for x86_64 and aarch64 only");
        };
    }

    /// Refuses a file that is no program for this processor, by its ELF header (elf(5): class, byte
    /// order, `e_machine`).
    ///
    /// @param what how a person knows the file
    public void require(Path file, String what) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEADER);
        }
        if (head.length < HEADER || !Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length))) {
            throw new InstallException(what + " is no 64-bit Linux program");
        }
        int found = (head[18] & 0xff) | (head[19] & 0xff) << 8;
        if (found != machine) {
            throw new InstallException(
                    what + " is built for " + name(found) + ", and this machine is " + text);
        }
    }

    private static String name(int machine) {
        Optional<Architecture> known =
                Arrays.stream(values()).filter(each -> each.machine == machine).findFirst();
        return known.map(Architecture::text)
                .orElseGet(() -> "another processor (ELF machine " + machine + ")");
    }
}
