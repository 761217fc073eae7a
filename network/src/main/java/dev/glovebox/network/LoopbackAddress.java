package dev.glovebox.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// An address of the machine's own loopback interface, beside 127.0.0.1: pods can be led to it, and
/// programs can listen there without anybody else's port being in the way. Set by `ip`.
///
/// @param address IPv4
public record LoopbackAddress(String address) {
    /// Refuses what is not a plain address.
    public LoopbackAddress {
        PodLink.checkAddress(address);
    }

    /// The last address of a range of pods: `host-local` hands it to nobody, as it would be the
    /// range's broadcast address.
    public static LoopbackAddress lastOf(Cidr pods) {
        return new LoopbackAddress(pods.last());
    }

    /// Adds it, or leaves it where it is there.
    ///
    /// @throws NetworkException when it cannot be added
    public void add() {
        run("address", "replace", address + "/32", "dev", "lo");
    }

    /// Removes it. Without effect where it is not there.
    public void remove() {
        if (run("-o", "address", "show", "dev", "lo").contains(" " + address + "/32 ")) {
            run("address", "delete", address + "/32", "dev", "lo");
        }
    }

    private static String run(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new NetworkException(
                        String.join(" ", command) + " ended with " + code + ": " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new NetworkException(String.join(" ", command) + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetworkException(String.join(" ", command) + " was interrupted", e);
        }
    }
}
