package dev.glovebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel's switch for routing IPv4 between interfaces, which pods need. What it was before us
/// is noted first and given back at purge.
public final class Forwarding {
    private final Path sysctl;
    private final Path note;

    /// The machine's switch, with a note in a file that a reboot removes, as a reboot resets the
    /// switch.
    public Forwarding(Path note) {
        this(Path.of("/proc/sys/net/ipv4/ip_forward"), note);
    }

    Forwarding(Path sysctl, Path note) {
        this.sysctl = sysctl;
        this.note = note;
    }

    /// Switches routing on. Where it was off, that is noted.
    public void enable() {
        try {
            String before = Files.readString(sysctl).strip();
            if (before.equals("1")) {
                return;
            }
            if (!Files.exists(note)) {
                Files.createDirectories(note.toAbsolutePath().getParent());
                Files.writeString(note, before);
            }
            Files.writeString(sysctl, "1");
        } catch (IOException e) {
            throw new NetworkException("cannot switch on " + sysctl, e);
        }
    }

    /// Gives the switch back as it was before [#enable]; without effect where we did not change it.
    public void restore() {
        try {
            if (Files.exists(note)) {
                Files.writeString(sysctl, Files.readString(note).strip());
                Files.delete(note);
            }
        } catch (IOException e) {
            throw new NetworkException("cannot give back " + sysctl, e);
        }
    }
}
