package dev.glovebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The kernel's switches for routing between interfaces, which pods need. What they were before us
/// is noted first and given back at purge.
public final class Forwarding {
    private static final String ACCEPT = "1";
    private static final String ACCEPT_THOUGH_ROUTING = "2";

    private final Path sysctls;
    private final Path interfaces;
    private final Path note;

    /// The machine's switches, with notes in files that a reboot removes, as a reboot resets the
    /// switches.
    ///
    /// @param note of IPv4's; those of IPv6 lie beside it
    public Forwarding(Path note) {
        this(Path.of("/proc/sys/net"), note);
    }

    Forwarding(Path sysctls, Path note) {
        this.sysctls = sysctls;
        this.interfaces = sysctls.resolve("ipv6/conf");
        this.note = note;
    }

    /// Switches routing on. Where it was off, that is noted.
    ///
    /// @param ranges of pods: what they have addresses of is routed. A machine that learns its own
    ///   routes of IPv6 from its routers goes on doing so, which the kernel would end
    public void enable(Ranges ranges) {
        if (ranges.has(Family.IPV4)) {
            set(sysctls.resolve("ipv4/ip_forward"), note, ACCEPT);
        }
        if (ranges.has(Family.IPV6)) {
            routersHeard()
                    .forEach(each -> set(accepting(each), noteOf(each), ACCEPT_THOUGH_ROUTING));
            set(sysctls.resolve("ipv6/conf/all/forwarding"), note6("forwarding"), ACCEPT);
        }
    }

    /// Interfaces that hear routers now and would not while the machine routes.
    private List<String> routersHeard() {
        return interfaces().stream()
                .filter(each -> !List.of("all", "default", "lo").contains(each))
                .filter(each -> !each.startsWith("veth"))
                .filter(each -> says(interfaces.resolve(each), "forwarding", "0"))
                .filter(each -> says(interfaces.resolve(each), "accept_ra", ACCEPT))
                .toList();
    }

    private List<String> interfaces() {
        if (!Files.isDirectory(interfaces)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(interfaces)) {
            return all.map(each -> each.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new NetworkException("cannot list " + interfaces, e);
        }
    }

    private Path accepting(String name) {
        return interfaces.resolve(name).resolve("accept_ra");
    }

    private Path noteOf(String name) {
        return note6("accept_ra." + name);
    }

    private static boolean says(Path of, String name, String value) {
        Path file = of.resolve(name);
        return Files.exists(file) && read(file).equals(value);
    }

    private Path note6(String name) {
        return note.resolveSibling("ipv6." + name + ".before");
    }

    private static void set(Path sysctl, Path note, String value) {
        String before = read(sysctl);
        if (before.equals(value)) {
            return;
        }
        try {
            if (!Files.exists(note)) {
                Files.createDirectories(note.toAbsolutePath().getParent());
                Files.writeString(note, before);
            }
            Files.writeString(sysctl, value);
        } catch (IOException e) {
            throw new NetworkException("cannot set " + sysctl, e);
        }
    }

    /// Gives the switches back as they were before [#enable]; without effect where we did not
    /// change them.
    public void restore() {
        restore(sysctls.resolve("ipv4/ip_forward"), note);
        restore(sysctls.resolve("ipv6/conf/all/forwarding"), note6("forwarding"));
        interfaces().forEach(each -> restore(accepting(each), noteOf(each)));
    }

    private static void restore(Path sysctl, Path note) {
        try {
            if (Files.exists(note)) {
                Files.writeString(sysctl, Files.readString(note).strip());
                Files.delete(note);
            }
        } catch (IOException e) {
            throw new NetworkException("cannot give back " + sysctl, e);
        }
    }

    private static String read(Path sysctl) {
        try {
            return Files.readString(sysctl).strip();
        } catch (IOException e) {
            throw new NetworkException("cannot read " + sysctl, e);
        }
    }
}
