package dev.glovebox.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/// The CNI network of a node: point-to-point links, addresses from `host-local`.
///
/// Neither the plugin's own masquerading nor `portmap` is used: both write chains into tables that
/// they share with every other CNI user of the machine. [PodFirewall] does their work in a table of
/// our own.
///
/// @param name of the network, which is also the prefix of libcni's cache files
/// @param pods the ranges that addresses come from, one address of each
/// @param leases directory where `host-local` notes the addresses in use
public record CniConfig(String name, Ranges pods, Path leases) {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /// Writes the configuration list into a directory that containerd reads.
    public void writeInto(Path directory) {
        write(directory, leases, json());
    }

    /// Writes a configuration list as the only one of a directory.
    static void write(Path directory, Path leases, String json) {
        try {
            Files.createDirectories(directory);
            Files.createDirectories(leases);
            Path target = directory.resolve("10-glovebox.conflist");
            Path next = directory.resolve(".10-glovebox.next");
            Files.writeString(next, json);
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NetworkException("cannot write the CNI configuration to " + directory, e);
        }
    }

    /// The configuration list as JSON, CNI 1.0.0.
    public String json() {
        Map<String, Object> ipam =
                Map.of(
                        "type",
                        "host-local",
                        "ranges",
                        pods.all().stream().map(each -> List.of(handedOut(each))).toList(),
                        "routes",
                        pods.all().stream()
                                .map(each -> Map.of("dst", everywhere(each.family())))
                                .toList(),
                        "dataDir",
                        leases.toString());
        Map<String, Object> ptp = Map.of("type", "ptp", "ipMasq", false, "ipam", ipam);
        Map<String, Object> list =
                Map.of("cniVersion", "1.0.0", "name", name, "plugins", List.of(ptp));
        try {
            return JSON.writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of strings is JSON", e);
        }
    }

    /// All but the last address, which is the machine's ([LoopbackAddress]): of IPv4 `host-local`
    /// leaves it out by itself.
    private static Map<String, String> handedOut(Cidr range) {
        return range.family() == Family.IPV6 && range.prefix() < Family.IPV6.bits()
                ? Map.of("subnet", range.text(), "rangeEnd", range.lastButOne())
                : Map.of("subnet", range.text());
    }

    private static String everywhere(Family family) {
        return family == Family.IPV4 ? "0.0.0.0/0" : "::/0";
    }
}
