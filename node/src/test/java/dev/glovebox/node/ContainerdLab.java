package dev.glovebox.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.ContentStore;
import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.network.CniConfig;
import dev.glovebox.network.Ranges;
import dev.glovebox.network.SandboxNetworks;
import dev.glovebox.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A containerd of the test's own, with one image of the machine's static busybox.
final class ContainerdLab implements AutoCloseable {
    static final String IMAGE = "glovebox.test/busybox:1";
    static final Ranges PODS = Ranges.parse("10.203.0.0/16");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final Path directory;
    final Path socket;
    final String network;
    private final Process containerd;

    ContainerdLab() throws IOException {
        directory = Files.createTempDirectory("gbnode");
        socket = directory.resolve("c.sock");
        network = "glovebox-0203" + "%04x".formatted(ProcessHandle.current().pid() & 0xffff);
        new CniConfig(network, PODS, directory.resolve("leases"))
                .writeInto(directory.resolve("cni"));
        Path config = directory.resolve("config.toml");
        Files.writeString(config, config());
        containerd =
                new ProcessBuilder("containerd", "-c", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("containerd.log").toFile())
                        .start();
        while (!answers()) {
            if (!containerd.isAlive()) {
                throw new IllegalStateException(
                        Files.readString(directory.resolve("containerd.log")));
            }
        }
        importImage();
    }

    SandboxNetworks networks() {
        return new SandboxNetworks(
                network,
                directory.resolve("leases"),
                directory.resolve("state/io.containerd.grpc.v1.cri/netns"));
    }

    ContainerdClient client() {
        return new ContainerdClient(socket);
    }

    private boolean answers() {
        return Files.exists(socket) && code("ctr", "-a", socket.toString(), "version") == 0;
    }

    private String config() {
        return """
        version = 2
        root = "%1$s/root"
        state = "%1$s/state"
        disabled_plugins = ["io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
        [grpc]
          address = "%1$s/c.sock"
        [ttrpc]
          address = "%1$s/t.sock"
        [plugins."io.containerd.grpc.v1.cri"]
          restrict_oom_score_adj = true
          netns_mounts_under_state_dir = true
          sandbox_image = "%2$s"
          stream_server_address = "127.0.0.1"
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "%1$s/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
        """
                .formatted(directory, IMAGE);
    }

    private void importImage() throws IOException {
        Path layer = Files.createDirectories(directory.resolve("layer"));
        Path bin = Files.createDirectories(layer.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (String applet : List.of("sh", "sleep", "echo", "cat", "id", "dd", "head", "wc")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Files.createDirectories(layer.resolve("tmp"));
        Path archive = Files.createDirectories(directory.resolve("archive"));
        must("tar", "-cf", archive + "/layer.tar", "-C", layer.toString(), ".");
        String digest = sha256(Files.readAllBytes(archive.resolve("layer.tar")));
        Files.writeString(
                archive.resolve("config.json"),
                """
                {"architecture":"amd64","os":"linux",
                 "config":{"Cmd":["/bin/sleep","1000000"],"Env":["PATH=/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
                """
                        .formatted(digest));
        Files.writeString(
                archive.resolve("manifest.json"),
                """
                [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]
                """
                        .formatted(IMAGE));
        must("tar", "-cf", directory + "/image.tar", "-C", archive.toString(), ".");
        must(
                "ctr",
                "-a",
                socket.toString(),
                "-n",
                "k8s.io",
                "images",
                "import",
                directory + "/image.tar");
    }

    /// Names an image of the same files, with an author and annotations of its own.
    void deriveImage(String name, String author, Map<String, String> annotations)
            throws IOException {
        try (ContainerdClient client = client()) {
            ContentStore content = client.content();
            Blob base = content.images(List.of(IMAGE)).getFirst().target();
            ObjectNode manifest = (ObjectNode) JSON.readTree(content.read(base));
            ObjectNode descriptor = (ObjectNode) manifest.get("config");
            ObjectNode config = (ObjectNode) JSON.readTree(content.read(blob(descriptor)));
            Blob own = write(content, config.put("author", author), blob(descriptor), Map.of());
            descriptor.put("digest", own.digest()).put("size", own.size());
            manifest.set("annotations", JSON.valueToTree(annotations));
            Map<String, String> kept = new HashMap<>();
            kept.put("containerd.io/gc.ref.content.config", own.digest());
            for (JsonNode layer : manifest.get("layers")) {
                kept.put(
                        "containerd.io/gc.ref.content.l." + kept.size(),
                        layer.get("digest").asText());
            }
            content.putImage(
                    name,
                    write(content, manifest, base, kept),
                    Map.of("io.cri-containerd.image", "managed"));
            Await.until(() -> client.cri().imageStatus(name).isPresent());
        }
    }

    private static Blob blob(JsonNode descriptor) {
        return new Blob(
                descriptor.get("mediaType").asText(),
                descriptor.get("digest").asText(),
                descriptor.get("size").asLong());
    }

    private static Blob write(
            ContentStore content, JsonNode json, Blob like, Map<String, String> labels)
            throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(json);
        Blob blob = new Blob(like.mediaType(), "sha256:" + sha256(bytes), bytes.length);
        content.write(blob, labels, new ByteArrayInputStream(bytes));
        return blob;
    }

    private static String sha256(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "%064x".formatted(new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void must(String... command) {
        if (code(command) != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
    }

    static int code(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                System.getLogger("lab").log(System.Logger.Level.DEBUG, output);
            }
            return code;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        containerd.destroy();
        try {
            if (!containerd.waitFor(20, TimeUnit.SECONDS)) {
                containerd.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        must("rm", "-rf", directory.toString());
    }
}
