package dev.glovebox.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A pod network that a user describes by a CNI configuration: a list of plugins (`.conflist`) or
/// one plugin (`.conf`, `.json`). It is carried out as it is, under our network's name: libcni and
/// `host-local` keep their notes by that name, and networks that others made of the same file are
/// not ours to clear away.
public final class UserNetwork {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> ENDINGS = Set.of(".conflist", ".conf", ".json");
    private static final Pattern PLUGIN = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");
    private static final String OLDEST_LIST = "0.3.1";
    private static final int LARGEST = 1 << 20;

    /// Every sandbox has a loopback, which containerd has made by this plugin.
    private static final String LOOPBACK = "loopback";

    private static final String HOST_LOCAL = "host-local";

    private final Path file;
    private final ObjectNode list;

    private UserNetwork(Path file, ObjectNode list) {
        this.file = file;
        this.list = list;
    }

    /// Reads a file, or the one file of a directory.
    ///
    /// @throws NetworkException where there is none or several, or it is no CNI configuration; with
    ///   what would help
    public static UserNetwork read(Path place) {
        Path file = Files.isDirectory(place) ? only(place) : place;
        if (!Files.isRegularFile(file)) {
            throw new NetworkException(
                    file + " is not there; name a CNI configuration (.conflist or .conf)");
        }
        return new UserNetwork(file, list(file, parse(file)));
    }

    private static Path only(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> found = all.filter(UserNetwork::isConfiguration).sorted().toList();
            if (found.isEmpty()) {
                throw new NetworkException(
                        directory + " has no CNI configuration (.conflist or .conf); name a file");
            }
            if (found.size() > 1) {
                throw new NetworkException(
                        "%s has several CNI configurations (%s), and pods have one network; name one of the files"
                                .formatted(
                                        directory,
                                        String.join(
                                                ", ",
                                                found.stream()
                                                        .map(each -> each.getFileName().toString())
                                                        .toList())));
            }
            return found.getFirst();
        } catch (IOException e) {
            throw new NetworkException("cannot list " + directory, e);
        }
    }

    private static boolean isConfiguration(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
    }

    private static JsonNode parse(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new NetworkException(file + " is larger than 1 MiB; it is no configuration");
            }
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new NetworkException(
                    "%s is not JSON (line %d, column %d: %s)"
                            .formatted(
                                    file,
                                    e.getLocation().getLineNr(),
                                    e.getLocation().getColumnNr(),
                                    e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new NetworkException("cannot read " + file, e);
        }
    }

    /// As a list, whichever it is.
    private static ObjectNode list(Path file, JsonNode read) {
        if (!(read instanceof ObjectNode one)) {
            throw new NetworkException(file + " is not a JSON object; it is no CNI configuration");
        }
        ObjectNode list = one.deepCopy();
        if (!one.has("plugins")) {
            list.removeAll();
            list.putArray("plugins").add(one);
            if (one.has("cniVersion")) {
                list.set("cniVersion", one.get("cniVersion"));
            }
        }
        if (!list.has("cniVersion")) {
            list.put("cniVersion", OLDEST_LIST);
        }
        if (!(list.get("plugins") instanceof ArrayNode plugins) || plugins.isEmpty()) {
            throw new NetworkException(file + " has no plugins; a network needs one at least");
        }
        for (JsonNode plugin : plugins) {
            check(file, plugin.path("type"), "a plugin");
            if (plugin.has("ipam") && !plugin.path("ipam").isEmpty()) {
                check(file, plugin.path("ipam").path("type"), "an ipam");
            }
        }
        return list;
    }

    private static void check(Path file, JsonNode type, String what) {
        if (!type.isTextual() || !PLUGIN.matcher(type.textValue()).matches()) {
            throw new NetworkException(
                    "%s has %s without a type that is the name of a program".formatted(file, what));
        }
    }

    /// Refuses a network that a directory of plugins does not serve.
    ///
    /// @throws NetworkException with the plugins that are missing and what would help
    public UserNetwork require(Path plugins) {
        List<String> missing =
                types().stream()
                        .filter(each -> !Files.isExecutable(plugins.resolve(each)))
                        .toList();
        if (!missing.isEmpty()) {
            throw new NetworkException(
                    "%s needs the CNI plugins %s, which %s has not; put them there, or name a directory that has all of them with --cni-bin"
                            .formatted(file, String.join(", ", missing), plugins));
        }
        return this;
    }

    /// The programs that are needed.
    private Set<String> types() {
        Set<String> types = new TreeSet<>(Set.of(LOOPBACK));
        for (JsonNode plugin : list.get("plugins")) {
            types.add(plugin.path("type").textValue());
            String ipam = plugin.path("ipam").path("type").asText();
            if (!ipam.isEmpty()) {
                types.add(ipam);
            }
        }
        return types;
    }

    /// Writes it into a directory that containerd reads.
    ///
    /// @param name of our network
    /// @param leases where `host-local` notes addresses in use, unless the file says where
    public void writeInto(Path directory, String name, Path leases) {
        CniConfig.write(directory, leases, json(name, leases));
    }

    /// The list as JSON.
    String json(String name, Path leases) {
        ObjectNode ours = JSON.createObjectNode().put("name", name);
        list.properties()
                .forEach(each -> {
                    if (!each.getKey().equals("name")) {
                        ours.set(each.getKey(), each.getValue().deepCopy());
                    }
                });
        List<ObjectNode> plugins = new ArrayList<>();
        ours.get("plugins").forEach(each -> plugins.add((ObjectNode) each));
        for (ObjectNode plugin : plugins) {
            plugin.remove("name");
            if (plugin.get("ipam") instanceof ObjectNode ipam
                    && ipam.path("type").asText().equals(HOST_LOCAL)
                    && !ipam.has("dataDir")) {
                ipam.put("dataDir", leases.toString());
            }
        }
        return ours.toString();
    }
}
