package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxNetworksTest {
    private static final String KNOWN = "a".repeat(64);
    private static final String LOST = "b".repeat(64);

    @TempDir private Path directory;
    private Path results;
    private Path leases;
    private Path namespaces;
    private Path proc;
    private SandboxNetworks networks;

    @BeforeEach
    void makeDirectories() throws IOException {
        results = Files.createDirectories(directory.resolve("cni/results"));
        leases = Files.createDirectories(directory.resolve("leases/ours"));
        namespaces = Files.createDirectories(directory.resolve("netns"));
        proc = Files.createDirectories(directory.resolve("proc"));
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/mountinfo"), "");
        networks =
                new SandboxNetworks(
                        new CniCache(results),
                        "ours",
                        directory.resolve("leases"),
                        namespaces,
                        proc,
                        Files.createDirectories(directory.resolve("net")));
    }

    @Test
    void sandboxes_are_those_of_our_results_and_our_addresses() throws IOException {
        result("ours", KNOWN, "cni-1");
        result("ours.worker1", "c".repeat(64), "cni-2");
        result("theirs", "d".repeat(64), "cni-3");
        lease("10.1.0.2", LOST);
        Files.writeString(leases.resolve("last_reserved_ip.0"), "10.1.0.2");
        Files.createFile(leases.resolve("lock"));
        assertThat(networks.sandboxes()).containsExactlyInAnyOrder(KNOWN, LOST);
    }

    @Test
    void where_nothing_was_made_yet_there_is_nothing() throws IOException {
        Files.delete(leases);
        Files.delete(namespaces);
        assertThat(networks.sandboxes()).isEmpty();
        assertThat(networks.unused(Set.of())).isEmpty();
    }

    @Test
    void what_is_not_a_result_is_left_alone() throws IOException {
        Files.writeString(results.resolve("ours-" + LOST + "-eth0"), "{\"containerId\":\"../x\"}");
        Files.writeString(results.resolve("ours-x-eth0"), "no JSON");
        assertThat(networks.sandboxes()).isEmpty();
        networks.remove(LOST);
        assertThat(results).isDirectoryContaining(f -> f.endsWith("ours-" + LOST + "-eth0"));
    }

    @Test
    void a_namespace_is_unused_that_no_known_sandbox_and_no_process_has() throws IOException {
        result("ours", KNOWN, "cni-known");
        result("ours", LOST, "cni-lost");
        Path lost = namespace("cni-lost", 1);
        namespace("cni-known", 2);
        namespace("cni-lived-in", 3);
        Path made = namespace("cni-made", 4);
        process(77, 3);
        assertThat(networks.unused(Set.of(KNOWN))).containsExactlyInAnyOrder(lost, made);
    }

    @Test
    void what_a_sandbox_left_is_removed_and_nothing_of_others() throws IOException {
        result("ours", KNOWN, "cni-known");
        result("ours", LOST, "cni-lost");
        Files.createFile(results.resolve("cni-loopback-" + LOST + "-lo"));
        Files.createFile(results.resolve("cni-loopback-" + KNOWN + "-lo"));
        lease("10.1.0.2", LOST);
        lease("10.1.0.3", KNOWN);
        networks.remove(LOST);
        assertThat(results.toFile().list())
                .containsExactlyInAnyOrder(
                        "ours-" + KNOWN + "-eth0", "cni-loopback-" + KNOWN + "-lo");
        assertThat(leases.toFile().list()).containsExactly("10.1.0.3");
        networks.remove(LOST);
        assertThat(networks.sandboxes()).containsExactly(KNOWN);
    }

    @Test
    void nothing_is_removed_of_a_sandbox_in_whose_namespace_a_process_lives() throws IOException {
        result("ours", LOST, "cni-lost");
        lease("10.1.0.2", LOST);
        namespace("cni-lost", 5);
        process(77, 5);
        networks.remove(LOST);
        assertThat(networks.sandboxes()).containsExactly(LOST);
        assertThat(leases.resolve("10.1.0.2")).exists();
    }

    /// `ip` is not run for a link of that name with another address: it would fail, as it is not
    /// there.
    @Test
    void a_link_that_has_another_address_by_now_is_somebody_elses() throws IOException {
        result("ours", LOST, "cni-lost");
        Path link = Files.createDirectories(directory.resolve("net/vethglovebox0"));
        Files.writeString(link.resolve("address"), "02:00:00:00:00:99\n");
        networks.remove(LOST);
        assertThat(networks.sandboxes()).isEmpty();
    }

    @Test
    void a_link_that_has_the_noted_address_is_to_go() throws IOException {
        result("ours", LOST, "cni-lost");
        Path link = Files.createDirectories(directory.resolve("net/vethglovebox0"));
        Files.writeString(link.resolve("address"), "02:00:00:00:00:01\n");
        assertThatThrownBy(() -> networks.remove(LOST))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("ip link delete vethglovebox0");
        assertThat(networks.sandboxes()).as("tried again").containsExactly(LOST);
    }

    @Test
    void a_bridge_that_a_sandbox_was_on_stays() throws IOException {
        result("ours", LOST, "cni-lost");
        Path link = Files.createDirectories(directory.resolve("net/vethglovebox0/bridge"));
        Files.writeString(link.resolveSibling("address"), "02:00:00:00:00:01\n");
        networks.remove(LOST);
        assertThat(networks.sandboxes()).isEmpty();
    }

    @Test
    void the_hosts_ends_of_a_sandboxs_links_are_those_that_cni_noted() throws IOException {
        result("ours", KNOWN, "cni-known");
        result("theirs", LOST, "cni-lost");
        assertThat(networks.ways(KNOWN).isOnly("vethglovebox0")).isTrue();
        assertThat(networks.ways(KNOWN).isOnly("veth1")).isFalse();
        assertThat(networks.ways(LOST).links()).isEmpty();
        assertThat(networks.ways(LOST).interfaces()).isZero();
        Files.writeString(
                results.resolve("ours-" + LOST + "-eth0"),
                """
                {"kind":"cniCacheV1","containerId":"%s","networkName":"ours",
                 "result":{"interfaces":[{"name":"vethglovebox0"},{"name":"lo","sandbox":"/n"},
                 {"name":"eth0","sandbox":"/n"},{"name":"net1","sandbox":"/n"}]}}
                """
                        .formatted(LOST));
        assertThat(networks.ways(LOST).interfaces()).isEqualTo(2);
        assertThat(networks.ways(LOST).isOnly("vethglovebox0")).isFalse();
    }

    @Test
    void a_file_that_nothing_is_mounted_on_goes_and_none_elsewhere() throws IOException {
        Path stale = Files.createFile(namespaces.resolve("cni-stale"));
        networks.removeNamespace(stale);
        assertThat(stale).doesNotExist();
        networks.removeNamespace(stale);
        Path other = Files.createFile(directory.resolve("other"));
        assertThatThrownBy(() -> networks.removeNamespace(other))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(other).exists();
    }

    @Test
    void a_purge_takes_the_loopbacks_of_our_sandboxes_too() throws IOException {
        result("ours", LOST, "cni-lost");
        Files.createFile(results.resolve("cni-loopback-" + LOST + "-lo"));
        Path theirs = Files.createFile(results.resolve("cni-loopback-" + KNOWN + "-lo"));
        new CniCache(results).purge("ours");
        assertThat(results.toFile().list()).containsExactly(theirs.getFileName().toString());
    }

    private void result(String network, String sandbox, String namespace) throws IOException {
        Files.writeString(
                results.resolve(network + "-" + sandbox + "-eth0"),
                """
                {"kind":"cniCacheV1","containerId":"%s","networkName":"%s",
                 "result":{"interfaces":[{"mac":"02:00:00:00:00:01","name":"vethglovebox0"},
                 {"mac":"02:00:00:00:00:02","name":"eth0","sandbox":"%s"}]}}
                """
                        .formatted(sandbox, network, namespaces.resolve(namespace)));
    }

    private void lease(String address, String sandbox) throws IOException {
        Files.writeString(leases.resolve(address), sandbox + "\r\neth0");
    }

    private Path namespace(String name, int number) throws IOException {
        Path file = Files.createFile(namespaces.resolve(name));
        Path mounts = proc.resolve("self/mountinfo");
        Files.writeString(
                mounts,
                Files.readString(mounts)
                        + "45 27 0:4 net:[%d] %s rw - nsfs nsfs rw%n".formatted(number, file));
        return file;
    }

    private void process(int pid, int namespace) throws IOException {
        Path ns = Files.createDirectories(proc.resolve(pid + "/ns"));
        Files.createSymbolicLink(ns.resolve("net"), Path.of("net:[" + namespace + "]"));
    }
}
