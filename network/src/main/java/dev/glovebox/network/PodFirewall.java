package dev.glovebox.network;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The packet filter of a node's pods: our own nft tables, replaced as a whole, in one transaction,
/// whenever a pod comes or goes.
///
/// The pods are written to a file before nft hears of them. A new engine reads the file, so that
/// the first replacement after a restart already knows every pod that is running: there is no
/// moment in which one of them is open. The file lies where a reboot removes it, as a reboot
/// removes the tables and the links.
public final class PodFirewall {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FirewallRules rules;
    private final Nft nft;
    private final Path file;

    @GuardedBy("this")
    private Map<String, PodLink> links;

    /// A filter that remembers its pods in `file`.
    ///
    /// @throws NetworkException when the file is there and cannot be read: rules that are not known
    ///   must not be replaced by fewer
    public PodFirewall(FirewallRules rules, Nft nft, Path file) {
        this.rules = rules;
        this.nft = nft;
        this.file = file;
        this.links = read(file);
    }

    /// Puts the tables in place, with the rules of every remembered pod.
    public synchronized void start() {
        nft.apply(rules.replaceWith(links.values()));
    }

    /// Adds or replaces a pod's rules. When it returns, they hold.
    public synchronized void admit(PodLink link) {
        change(map -> {
            map.put(link.uid(), link);
            return map;
        });
    }

    /// Removes a pod's rules. To be called when its link is gone. Without effect for a pod that has
    /// none.
    public synchronized void forget(String uid) {
        if (links.containsKey(uid)) {
            change(map -> {
                map.remove(uid);
                return map;
            });
        }
    }

    /// The pods that have rules, by uid.
    public synchronized Map<String, PodLink> links() {
        return Map.copyOf(links);
    }

    /// Takes the tables away and forgets all pods.
    public synchronized void purge() {
        nft.apply(rules.remove());
        links = Map.of();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new NetworkException("cannot remove " + file, e);
        }
    }

    @GuardedBy("this")
    private void change(UnaryOperator<Map<String, PodLink>> change) {
        Map<String, PodLink> next = Map.copyOf(change.apply(new TreeMap<>(links)));
        write(file, next);
        nft.apply(rules.replaceWith(next.values()));
        links = next;
    }

    private static Map<String, PodLink> read(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            List<PodLink> read =
                    JSON.readValue(Files.readAllBytes(file), new TypeReference<List<PodLink>>() {});
            Map<String, PodLink> links = new TreeMap<>();
            read.forEach(link -> links.put(link.uid(), link));
            return Map.copyOf(links);
        } catch (IOException e) {
            throw new NetworkException("cannot read the pods' packet filter from " + file, e);
        }
    }

    private static void write(Path file, Map<String, PodLink> links) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, JSON.writeValueAsBytes(List.copyOf(links.values())));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NetworkException("cannot write the pods' packet filter to " + file, e);
        }
    }
}
