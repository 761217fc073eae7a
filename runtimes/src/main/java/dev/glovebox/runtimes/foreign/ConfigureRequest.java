package dev.glovebox.runtimes.foreign;

import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is asked of a containerd that is not ours.
///
/// @param file its configuration
/// @param handler the handler's name, a DNS label
/// @param lane the lane; empty for the one that works
/// @param replace whether a handler of that name that is not ours may be replaced
/// @param prefix where gVisor is installed, normally `/usr/local`
/// @param binary containerd's program; empty for the one that runs
/// @param address the socket that it listens on
/// @param restart the words of the command that restarts it
public record ConfigureRequest(
        Path file,
        String handler,
        Optional<Lane> lane,
        boolean replace,
        Path prefix,
        Optional<Path> binary,
        Path address,
        List<String> restart) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// Refuses a handler that is no DNS label, and one that is containerd's own.
    public ConfigureRequest {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(binary, "binary");
        Objects.requireNonNull(address, "address");
        file = file.toAbsolutePath().normalize();
        prefix = prefix.toAbsolutePath().normalize();
        restart = List.copyOf(restart);
        if (!LABEL.matcher(handler).matches()) {
            throw new ConfigurationRefused(
                    "\"" + handler + "\" is no name of a handler: it has to be a DNS label");
        }
        if (handler.equals("runc")) {
            throw new ConfigurationRefused("handler runc is containerd's own and is not replaced");
        }
    }
}
