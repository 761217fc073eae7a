package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/// Cluster addresses and node ports that no Service has: those of [ServiceRange] and 30000 to
/// 32767, as Kubernetes is set up by most. Those that are given without being asked for come from
/// the upper part of a range, so that the lower stays for who asks. One thread.
final class ServicePool {
    private static final int ASKED_ADDRESSES = 256;
    private static final int FIRST_PORT = 30000;
    private static final int LAST_PORT = 32767;
    private static final int ASKED_PORTS = 86;
    private static final String TAKEN_PORT = "provided port is already allocated";
    private static final String TAKEN_ADDRESS = "provided IP is already allocated";

    private final Map<ServiceRange, Set<Integer>> addresses = new EnumMap<>(ServiceRange.class);
    private final Set<Integer> ports = new HashSet<>();

    /// What is left for a Service when others have theirs. The first address is for the API's own
    /// Service, even while that is deleted.
    ///
    /// @param ranges that Services have addresses of, the usual first
    ServicePool(JsonNode service, List<ObjectNode> others, List<ServiceRange> ranges) {
        ranges.forEach(range -> addresses.put(range, new HashSet<>()));
        if (!isOfTheApi(service.path("metadata"))) {
            taken(ranges.getFirst()).add(1);
        }
        others.forEach(each -> take(each.path("spec")));
    }

    private static boolean isOfTheApi(JsonNode metadata) {
        return metadata.path("namespace").asText().equals("default")
                && metadata.path("name").asText().equals("kubernetes");
    }

    private void take(JsonNode spec) {
        for (JsonNode address : spec.path("clusterIPs")) {
            addresses.forEach(
                    (range, taken) -> range.offset(address.asText()).ifPresent(taken::add));
        }
        spec.path("ports").forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.add(spec.path("healthCheckNodePort").asInt());
    }

    private Set<Integer> taken(ServiceRange range) {
        return Objects.requireNonNull(addresses.get(range));
    }

    /// Takes that address of a range; what is wrong with it, or empty.
    Optional<String> takeAddress(ServiceRange range, String text) {
        Optional<Integer> offset = range.offset(text).filter(range::gives);
        if (offset.isEmpty()) {
            return Optional.of("the provided network does not match the current range");
        }
        return taken(range).add(offset.get()) ? Optional.empty() : Optional.of(TAKEN_ADDRESS);
    }

    /// Takes an address of a range that is free.
    String nextAddress(ServiceRange range) {
        return range.address(
                free(
                        ASKED_ADDRESSES,
                        ServiceRange.SIZE,
                        offset -> range.gives(offset) && taken(range).add(offset),
                        "failed to allocate a serviceIP"));
    }

    /// Takes that port; what is wrong with it, or empty.
    Optional<String> takePort(int port) {
        if (port < FIRST_PORT || port > LAST_PORT) {
            return Optional.of(
                    "provided port is not in the valid range. The range of valid ports is "
                            + FIRST_PORT
                            + "-"
                            + LAST_PORT);
        }
        return ports.add(port) ? Optional.empty() : Optional.of(TAKEN_PORT);
    }

    /// Takes a port that is free.
    int nextPort() {
        return FIRST_PORT
                + free(
                        ASKED_PORTS,
                        LAST_PORT - FIRST_PORT + 1,
                        offset -> ports.add(FIRST_PORT + offset),
                        "failed to allocate a nodePort");
    }

    private static int free(int asked, int size, IntPredicate take, String failure) {
        for (int i = asked; i < size + asked; i++) {
            if (take.test(i % size)) {
                return i % size;
            }
        }
        throw new ApiException(
                StatusReason.INTERNAL_ERROR,
                "Internal error occurred: " + failure + ": range is full");
    }
}
