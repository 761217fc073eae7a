package dev.glovebox.node.spec;

import dev.glovebox.cri.DNSConfig;
import dev.glovebox.network.Family;
import dev.glovebox.network.Reach;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod's resolver.
///
/// @param servers the node's name servers that a pod with addresses of its own can reach
/// @param onMachine the node's name servers, for pods in the machine's own network
/// @param searches the node's search domains
/// @param publicServers name servers for pods that reach public addresses alone
/// @param cluster the cluster's own; where there is none, `ClusterFirst` means the node's, as the
///   kubelet has it where it was given none
public record Dns(
        List<String> servers,
        List<String> onMachine,
        List<String> searches,
        List<String> publicServers,
        Optional<ClusterDns> cluster) {
    private static final List<String> CLUSTER_OPTIONS = List.of("ndots:5");

    private static final Pattern NOT_PUBLIC =
            Pattern.compile(
                    "(0|10|127|22[4-9]|2[3-5]\\d)\\..*|192\\.168\\..*|169\\.254\\..*"
                            + "|172\\.(1[6-9]|2\\d|3[01])\\..*"
                            + "|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*"
                            + "|192\\.0\\.[02]\\..*|198\\.(1[89]|51)\\..*|203\\.0\\.113\\..*"
                            + "|.*:.*");

    /// Those of one machine alone, or of one link.
    private static final Pattern NEAR = Pattern.compile("127\\..*|::1|[fF][eE][89abAB].:.*|.*%.*");

    /// Resolvers that anybody may ask, for pods that must not ask the node's private ones.
    private static final List<String> ANYCAST = List.of("1.1.1.1", "8.8.8.8");

    /// The same of those two for pods without IPv4.
    private static final List<String> ANYCAST6 =
            List.of("2606:4700:4700::1111", "2001:4860:4860::8888");

    /// More than these a resolver does not read.
    private static final int MOST_SERVERS = 3;

    private static final int MOST_SEARCHES = 32;

    /// Copies.
    public Dns {
        servers = List.copyOf(servers);
        onMachine = List.copyOf(onMachine);
        searches = List.copyOf(searches);
        publicServers = List.copyOf(publicServers);
    }

    /// Reads resolv.conf(5). Name servers on the loopback are left out: a pod's is its own; and so
    /// are those of a family that pods have not.
    ///
    /// @param families of pods' addresses
    public static Dns parse(String resolvConf, List<Family> families) {
        List<String> outside =
                values(resolvConf, "nameserver")
                        .limit(MOST_SERVERS)
                        .filter(each -> !NEAR.matcher(each).matches())
                        .toList();
        List<String> reached =
                outside.stream().filter(each -> families.contains(Family.of(each))).toList();
        List<String> open = reached.stream().filter(s -> !NOT_PUBLIC.matcher(s).matches()).toList();
        List<String> anycast = families.contains(Family.IPV4) ? ANYCAST : ANYCAST6;
        List<String> searches =
                values(resolvConf, "search")
                        .flatMap(line -> Stream.of(line.split("\\s+")))
                        .toList();
        return new Dns(
                reached.isEmpty() ? anycast : reached,
                outside.isEmpty() ? ANYCAST : outside,
                searches,
                open.isEmpty() ? anycast : open,
                Optional.empty());
    }

    /// The name servers of resolv.conf(5) for a program of the machine, those on the loopback too.
    public static List<String> resolvers(String resolvConf) {
        return values(resolvConf, "nameserver").limit(MOST_SERVERS).toList();
    }

    /// The same with a name server of the cluster.
    public Dns withCluster(Optional<ClusterDns> server) {
        return new Dns(servers, onMachine, searches, publicServers, server);
    }

    DNSConfig of(Pod pod, Reach reach) {
        Usual usual = usual(pod, reach);
        PodDNSConfig own = pod.getSpec().getDnsConfig();
        if (own == null) {
            own = new PodDNSConfig();
        }
        return DNSConfig.newBuilder()
                .addAllServers(
                        both(usual.servers(), own.getNameservers()).limit(MOST_SERVERS).toList())
                .addAllSearches(
                        both(usual.searches(), own.getSearches()).limit(MOST_SEARCHES).toList())
                .addAllOptions(options(usual.options(), own))
                .build();
    }

    /// What a pod has by its policy.
    private record Usual(List<String> servers, List<String> searches, List<String> options) {}

    private Usual usual(Pod pod, Reach reach) {
        String policy = Objects.requireNonNullElse(pod.getSpec().getDnsPolicy(), "ClusterFirst");
        if (policy.equals("None")) {
            return new Usual(List.of(), List.of(), List.of());
        }
        boolean onMachine = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
        boolean first =
                policy.equals("ClusterFirstWithHostNet")
                        || (policy.equals("ClusterFirst") && !onMachine);
        if (reach == Reach.CLUSTER && first && cluster.isPresent()) {
            String domain = PodConfigs.CLUSTER_DOMAIN;
            List<String> names =
                    List.of(
                            pod.getMetadata().getNamespace() + ".svc." + domain,
                            "svc." + domain,
                            domain);
            return new Usual(
                    List.of(onMachine ? cluster.get().onMachine() : cluster.get().address()),
                    both(names, searches).toList(),
                    CLUSTER_OPTIONS);
        }
        List<String> others = reach == Reach.INTERNET ? publicServers : servers;
        return new Usual(
                onMachine && reach == Reach.CLUSTER ? this.onMachine : others, searches, List.of());
    }

    /// The pod's own take the place of the usual of the same name.
    private static List<String> options(List<String> usual, PodDNSConfig own) {
        Map<String, String> options = new LinkedHashMap<>();
        usual.forEach(each -> options.put(each.split(":", -1)[0], each));
        PodFacts.orEmpty(own.getOptions())
                .forEach(o ->
                        options.put(
                                o.getName(),
                                o.getValue() == null
                                        ? o.getName()
                                        : o.getName() + ":" + o.getValue()));
        return List.copyOf(options.values());
    }

    private static Stream<String> both(List<String> usual, @Nullable List<String> own) {
        return Stream.concat(usual.stream(), PodFacts.orEmpty(own).stream()).distinct();
    }

    private static Stream<String> values(String text, String keyword) {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(keyword + " ") || line.startsWith(keyword + "\t"))
                .map(line -> line.substring(keyword.length()).strip());
    }
}
