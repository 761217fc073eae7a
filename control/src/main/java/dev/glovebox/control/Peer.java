package dev.glovebox.control;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;

/// Who is at the other end of a unix socket, as the kernel says.
///
/// @param user its name, or its number where it has none
/// @param group the name of its first group
public record Peer(String user, String group) {
    /// The group whose members may talk to the engine, which makes them as mighty as root.
    public static final String GROUP = "glovebox";

    static Peer of(SocketChannel channel) throws IOException {
        var principal = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        return new Peer(principal.user().getName(), principal.group().getName());
    }

    /// Whether this one may ask anything: root, and members of the group `glovebox`.
    boolean allowed() throws IOException {
        return user.equals("root")
                || group.equals(GROUP)
                || members(Path.of("/etc/group")).contains(user);
    }

    private static java.util.List<String> members(Path groups) throws IOException {
        for (var line : Files.readAllLines(groups, StandardCharsets.UTF_8)) {
            var fields = line.split(":", -1);
            if (fields.length == 4 && fields[0].equals(GROUP)) {
                return Arrays.asList(fields[3].split(",", -1));
            }
        }
        return java.util.List.of();
    }
}
