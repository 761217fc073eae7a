package dev.glovebox.network;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The packet filter of a node's pods: our own nft tables, replaced as a whole, in one transaction,
/// whenever a pod goes or policies change. A pod that comes and changes nothing for others is
/// added, in one transaction too, as the kernel answers that at once, while a replacement waits
/// until no packet meets the rules before any more. Where the tables are not as they were left,
/// adding fails, and they are replaced.
///
/// The pods are written to a file before nft hears of them. A new engine reads the file, so that
/// the first replacement after a restart already knows every pod that is running: there is no
/// moment in which one of them is open. The file lies where a reboot removes it, as a reboot
/// removes the tables and the links.
public final class PodFirewall {
    private static final Logger LOG = LoggerFactory.getLogger(PodFirewall.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FirewallRules rules;
    private final Nft nft;
    private final Path file;
    private final Path policyFile;
    private final PolicySource source;

    @GuardedBy("this")
    private Map<String, PodLink> links;

    /// Addresses of pods that run without rules, by uid.
    @GuardedBy("this")
    private final Map<String, List<String>> unbound = new TreeMap<>();

    /// What policies said last about each of them.
    @GuardedBy("this")
    private Map<String, PodRules> policies;

    /// A filter for pods that no policies bind.
    public PodFirewall(FirewallRules rules, Nft nft, Path file) {
        this(rules, nft, file, PolicySource.NONE);
    }

    /// A filter that remembers its pods in `file`, and beside it what policies said about them.
    ///
    /// @throws NetworkException when a file is there and cannot be read: rules that are not known
    ///   must not be replaced by fewer
    public PodFirewall(FirewallRules rules, Nft nft, Path file, PolicySource source) {
        this.rules = rules;
        this.nft = nft;
        this.file = file;
        this.policyFile = file.resolveSibling("policies.json");
        this.source = source;
        this.links = new TreeMap<>();
        read(file, new TypeReference<List<PodLink>>() {})
                .orElse(List.of())
                .forEach(link -> links.put(link.uid(), link));
        this.policies =
                read(policyFile, new TypeReference<Map<String, PodRules>>() {}).orElse(Map.of());
    }

    /// Puts the tables in place, with the rules of every remembered pod.
    public synchronized void start() {
        nft.apply(rules.replaceWith(links.values(), policies));
    }

    /// Adds or replaces a pod's rules. When it returns, they hold, and so do its policies.
    ///
    /// @throws NetworkException when they cannot be put in place
    public void admit(PodLink link) {
        rules.requirePods(link.addresses());
        source.await(link.uid());
        synchronized (this) {
            change(map -> map.put(link.uid(), link));
        }
    }

    /// Lets a pod run whose packets cannot be told from others', where no policy says anything of
    /// it.
    ///
    /// @throws NetworkException where a policy does: it would not hold
    public void admitUnbound(String uid, List<String> addresses) {
        rules.requirePods(addresses);
        source.await(uid);
        PodRules said = source.rules(uid).orElse(PodRules.CLOSED);
        if (isIsolated(said)) {
            throw new UnbindableException(
                    "a NetworkPolicy selects the pod, and policies do not bind in this network");
        }
        synchronized (this) {
            unbound.put(uid, List.copyOf(addresses));
        }
    }

    private static boolean isIsolated(PodRules rules) {
        return rules.ingress().isolated() || rules.egress().isolated();
    }

    /// The ranges of all pods' addresses.
    public Ranges ranges() {
        return rules.pods();
    }

    /// The pods that run without rules, by uid, and whether a policy says something of them by now,
    /// which does not hold.
    public synchronized Map<String, Boolean> unbound() {
        Map<String, Boolean> all = new TreeMap<>();
        unbound.keySet()
                .forEach(uid -> all.put(uid, isIsolated(source.rules(uid).orElse(PodRules.OPEN))));
        return all;
    }

    /// Lets what policies say now hold for all pods.
    public synchronized void refresh() {
        if (!said(links).equals(policies)) {
            change(_ -> {});
        }
    }

    /// Removes a pod's rules. To be called when its link is gone. Without effect for a pod that has
    /// none.
    public synchronized void forget(String uid) {
        unbound.remove(uid);
        if (links.containsKey(uid)) {
            change(map -> map.remove(uid));
        }
    }

    /// The pods that have rules, by uid.
    public synchronized Map<String, PodLink> links() {
        return Map.copyOf(links);
    }

    /// The pod that has an address, and what policies say about it; empty where none has it.
    public synchronized Optional<Known> known(String address) {
        return links.values().stream()
                .filter(link -> link.addresses().contains(address))
                .findFirst()
                .map(link ->
                        new Known(link.reach(), policies.getOrDefault(link.uid(), PodRules.CLOSED)))
                .or(() -> knownUnbound(address));
    }

    @GuardedBy("this")
    private Optional<Known> knownUnbound(String address) {
        return unbound.entrySet().stream()
                .filter(pod -> pod.getValue().contains(address))
                .findFirst()
                .map(pod ->
                        new Known(
                                Reach.CLUSTER, source.rules(pod.getKey()).orElse(PodRules.CLOSED)));
    }

    /// What a pod may reach, by its own wish and by policies.
    public record Known(Reach reach, PodRules rules) {}

    /// Takes the tables away and forgets all pods.
    public synchronized void purge() {
        nft.apply(rules.remove());
        links = Map.of();
        policies = Map.of();
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(policyFile);
        } catch (IOException e) {
            throw new NetworkException("cannot remove " + file, e);
        }
    }

    @GuardedBy("this")
    private void change(Consumer<Map<String, PodLink>> change) {
        Map<String, PodLink> next = new TreeMap<>(links);
        change.accept(next);
        Map<String, PodRules> said = said(next);
        write(file, List.copyOf(next.values()));
        if (!said.equals(policies)) {
            write(policyFile, said);
        }
        Optional<String> addition = addition(next, said);
        if (addition.isEmpty() || !isAdded(addition.get())) {
            nft.apply(rules.replaceWith(next.values(), said));
        }
        links = next;
        policies = said;
    }

    /// What adds the one pod that is new; empty where more than that is to change, or where it
    /// would have something in common with another.
    @GuardedBy("this")
    private Optional<String> addition(Map<String, PodLink> next, Map<String, PodRules> said) {
        List<PodLink> added = new ArrayList<>(next.values());
        added.removeAll(links.values());
        boolean others =
                next.entrySet().containsAll(links.entrySet())
                        && said.entrySet().containsAll(policies.entrySet());
        if (added.size() != 1 || !others) {
            return Optional.empty();
        }
        PodLink link = added.getFirst();
        return links.values().stream().allMatch(apart(link))
                ? rules.add(link, said.getOrDefault(link.uid(), PodRules.CLOSED))
                : Optional.empty();
    }

    private static Predicate<PodLink> apart(PodLink link) {
        return other ->
                !other.link().equals(link.link())
                        && Collections.disjoint(other.addresses(), link.addresses());
    }

    private boolean isAdded(String addition) {
        try {
            nft.apply(addition);
            return true;
        } catch (NetworkException e) {
            LOG.atInfo()
                    .addKeyValue("cause", e.getMessage())
                    .log("a pod could not be added to the packet filter, which is replaced");
            return false;
        }
    }

    /// A pod that is not in the API any more keeps its rules until its link goes.
    @GuardedBy("this")
    private Map<String, PodRules> said(Map<String, PodLink> of) {
        Map<String, PodRules> said = new TreeMap<>();
        for (String uid : of.keySet()) {
            PodRules before = policies.getOrDefault(uid, PodRules.CLOSED);
            said.put(uid, source.rules(uid).orElse(before));
        }
        return said;
    }

    private static <T> Optional<T> read(Path file, TypeReference<T> type) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (IOException e) {
            throw new NetworkException("cannot read the pods' packet filter from " + file, e);
        }
    }

    private static void write(Path file, Object content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, JSON.writeValueAsBytes(content));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NetworkException("cannot write the pods' packet filter to " + file, e);
        }
    }
}
