package dev.glovebox.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sandboxes have of a node's network, and what is left of it where one was killed while it
/// was made or removed: network namespaces, links, addresses, results in libcni's cache. Each is
/// known to be ours by where it lies or by the name of our network. Which sandboxes there are, the
/// caller knows. A namespace in which a process lives is nobody's leftover.
public final class SandboxNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxNetworks.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern LINK = Pattern.compile("[0-9a-zA-Z_.-]{1,15}");

    private final CniCache cache;
    private final String network;
    private final Path leases;
    private final Path namespaces;
    private final Path proc;
    private final Path links;

    /// Those of this machine.
    ///
    /// @param network name of the CNI network
    /// @param leases directory where `host-local` notes the addresses in use, as [CniConfig] has it
    /// @param namespaces directory of our containerd alone, in which it mounts network namespaces
    public SandboxNetworks(String network, Path leases, Path namespaces) {
        this(
                new CniCache(),
                network,
                leases,
                namespaces,
                Path.of("/proc"),
                Path.of("/sys/class/net"));
    }

    SandboxNetworks(
            CniCache cache, String network, Path leases, Path namespaces, Path proc, Path links) {
        this.cache = cache;
        this.network = network;
        this.leases = leases.resolve(network);
        this.namespaces = namespaces;
        this.proc = proc;
        this.links = links;
    }

    /// Sandboxes, by id, of which there is a result or an address in use.
    public Set<String> sandboxes() {
        Set<String> ids = new TreeSet<>();
        for (Path entry : cache.entries(network)) {
            result(entry).map(Result::sandbox).ifPresent(ids::add);
        }
        for (Path lease : files(leases)) {
            holder(lease).ifPresent(ids::add);
        }
        return ids;
    }

    /// The ways out of a sandbox that CNI noted when it made them.
    ///
    /// @param links the host's ends; empty where it made none on the host
    /// @param interfaces how many the sandbox has inside, its loopback apart
    public record Ways(Set<String> links, int interfaces) {
        /// Copies the set.
        public Ways {
            links = Set.copyOf(links);
        }

        /// Whether that link is the only way.
        public boolean isOnly(String link) {
            return interfaces == 1 && links.contains(link);
        }
    }

    /// The ways out of a sandbox.
    public Ways ways(String sandbox) {
        Set<String> links = new TreeSet<>();
        int interfaces = 0;
        for (Path entry : cache.entries(network)) {
            Optional<Result> found =
                    result(entry).filter(result -> result.sandbox().equals(sandbox));
            if (found.isPresent()) {
                found.get().links().forEach(each -> links.add(each.name()));
                interfaces += found.get().interfaces();
            }
        }
        return new Ways(links, interfaces);
    }

    /// Files of network namespaces that no sandbox's result speaks of and no process lives in.
    ///
    /// @param known ids of sandboxes
    public Set<Path> unused(Set<String> known) {
        Set<Path> unused = new TreeSet<>(files(namespaces));
        for (Path entry : cache.entries(network)) {
            result(entry)
                    .filter(result -> known.contains(result.sandbox()))
                    .ifPresent(result -> unused.removeAll(result.namespaces()));
        }
        if (!unused.isEmpty()) {
            Set<String> lived = lived();
            unused.removeIf(file -> lived.contains(namespace(file)));
        }
        return unused;
    }

    /// Removes a network namespace, and with it the links that lead into it. Idempotent.
    ///
    /// @param file one of [#unused]
    public void removeNamespace(Path file) {
        if (!namespaces.equals(file.getParent())) {
            throw new IllegalArgumentException(file + " is not in " + namespaces);
        }
        try {
            if (namespace(file).startsWith("net:")) {
                Commands.run(List.of("umount", file.toString()), "");
            }
            Files.deleteIfExists(file);
            LOG.atInfo().addKeyValue("file", file).log("an unused network namespace is removed");
        } catch (IOException e) {
            throw new NetworkException("cannot remove the network namespace " + file, e);
        }
    }

    /// Removes what is left of a sandbox: its host's links, its addresses, its results; not its
    /// namespace, which [#unused] finds then. Does nothing while a process lives in that.
    /// Idempotent.
    public void remove(String sandbox) {
        List<Path> entries = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (Path entry : cache.entries(network)) {
            result(entry)
                    .filter(result -> result.sandbox().equals(sandbox))
                    .ifPresent(result -> {
                        entries.add(entry);
                        results.add(result);
                    });
        }
        Set<String> lived = lived();
        if (results.stream()
                .flatMap(result -> result.namespaces().stream())
                .anyMatch(file -> lived.contains(namespace(file)))) {
            return;
        }
        results.forEach(result -> result.links().forEach(this::removeLink));
        try {
            for (Path lease : files(leases)) {
                if (holder(lease).filter(sandbox::equals).isPresent()) {
                    Files.deleteIfExists(lease);
                }
            }
            for (Path entry : entries) {
                Files.deleteIfExists(entry);
            }
            Files.deleteIfExists(cache.loopback(sandbox));
            LOG.atInfo()
                    .addKeyValue("sandbox", sandbox)
                    .log("what was left of a sandbox's network is removed");
        } catch (IOException e) {
            throw new NetworkException("cannot remove the network of sandbox " + sandbox, e);
        }
    }

    /// One that has the name and the hardware address that CNI noted. A bridge, which CNI notes as
    /// well, is every sandbox's.
    private void removeLink(Link link) {
        if (Files.exists(links.resolve(link.name()).resolve("bridge"))) {
            return;
        }
        try {
            String address = Files.readString(links.resolve(link.name()).resolve("address"));
            if (address.strip().equals(link.mac())) {
                Commands.run(List.of("ip", "link", "delete", link.name()), "");
            }
        } catch (NoSuchFileException gone) {
            // It went with its namespace.
            return;
        } catch (IOException e) {
            throw new NetworkException("cannot look at the link " + link.name(), e);
        }
    }

    private record Link(String name, String mac) {}

    /// What CNI noted of a sandbox.
    ///
    /// @param links the host's ends
    /// @param namespaces files of the sandbox's namespace
    /// @param interfaces how many it has inside, its loopback apart
    private record Result(String sandbox, List<Link> links, Set<Path> namespaces, int interfaces) {}

    /// Empty where the file is gone, or is not what libcni writes: then it is not ours to judge.
    private Optional<Result> result(Path entry) {
        JsonNode node;
        try {
            node = JSON.readTree(Files.readAllBytes(entry));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("file", entry).setCause(e).log("not a result of CNI");
            return Optional.empty();
        }
        String id = node.path("containerId").asText();
        if (!ID.matcher(id).matches() || !node.path("networkName").asText().equals(network)) {
            return Optional.empty();
        }
        List<Link> ends = new ArrayList<>();
        Set<Path> inside = new HashSet<>();
        int interfaces = 0;
        for (JsonNode each : node.path("result").path("interfaces")) {
            String namespace = each.path("sandbox").asText();
            String name = each.path("name").asText();
            if (!namespace.isEmpty()) {
                inside.add(Path.of(namespace));
                interfaces += name.equals("lo") ? 0 : 1;
            } else if (LINK.matcher(name).matches()) {
                ends.add(new Link(name, each.path("mac").asText()));
            }
        }
        return Optional.of(new Result(id, ends, inside, interfaces));
    }

    /// Whose an address is: `host-local` writes the id and the interface's name. Empty for its
    /// other files.
    private static Optional<String> holder(Path lease) {
        try {
            String text = Files.readString(lease);
            Matcher id = ID.matcher(text);
            return id.lookingAt() ? Optional.of(id.group()) : Optional.empty();
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            throw new NetworkException("cannot read the lease " + lease, e);
        }
    }

    /// The network namespace that is mounted on a file, as the kernel names it, `net:[4026532177]`;
    /// empty where none is.
    private String namespace(Path file) {
        try (Stream<String> lines = Files.lines(proc.resolve("self/mountinfo"))) {
            return lines.map(line -> line.split(" ", 6))
                    .filter(fields -> fields.length > 5 && fields[4].equals(file.toString()))
                    .map(fields -> fields[3])
                    .reduce("", (_, last) -> last);
        } catch (IOException e) {
            throw new NetworkException("cannot read the machine's mounts", e);
        }
    }

    /// Network namespaces that some process of the machine is in.
    private Set<String> lived() {
        Set<String> lived = new HashSet<>();
        for (Path each : files(proc)) {
            if (!Character.isDigit(each.getFileName().toString().charAt(0))) {
                continue;
            }
            try {
                lived.add(Files.readSymbolicLink(each.resolve("ns/net")).toString());
            } catch (IOException gone) {
                LOG.atTrace().addKeyValue("process", each).log("a process ended");
            }
        }
        return lived;
    }

    private static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        } catch (IOException | UncheckedIOException e) {
            throw new NetworkException("cannot list " + directory, e);
        }
    }
}
