package dev.glovebox.containerd.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.packages.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The two images that every node has: a small user land, and the process that holds a pod's
/// namespaces.
public final class BuiltinImages {
    private static final Pattern BUSYBOX_VERSION = Pattern.compile("BusyBox v([0-9][0-9A-Za-z.]*)");
    private static final Pattern APPLET =
            Pattern.compile("(?:usr/)?s?bin/[A-Za-z0-9_.+\\[-]+|linuxrc");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Duration QUICK = Duration.ofSeconds(20);
    private static final String PATH =
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private BuiltinImages() {}

    /// `glovebox.dev/busybox:VERSION` around a static busybox (Debian's package `busybox-static`),
    /// with links for all its applets. Version and applets are its own answers.
    public static BuiltinImage busybox(Path busybox) {
        String banner = ask(busybox, "--help");
        Matcher version = BUSYBOX_VERSION.matcher(banner);
        if (!version.find()) {
            throw new ImageException(
                    ImageException.Reason.FAILED, busybox + " does not say that it is a BusyBox");
        }
        SortedSet<String> applets = new TreeSet<>();
        for (String line : ask(busybox, "--list-full").lines().map(String::strip).toList()) {
            if (APPLET.matcher(line).matches() && !line.equals("bin/busybox")) {
                applets.add(line);
            }
        }
        try {
            byte[] layer = busyboxLayer(StaticProgram.read(busybox).content(), applets);
            ObjectNode process = Manifests.object();
            process.putArray("Env").add(PATH);
            process.putArray("Cmd").add("sh");
            return image("glovebox.dev/busybox:" + version.group(1), process, layer);
        } catch (IOException e) {
            throw unreadable(busybox, e);
        }
    }

    /// `glovebox.dev/pause:VERSION` around a static program that sleeps and reaps.
    ///
    /// @param version the tag
    public static BuiltinImage pause(Path pause, String version) {
        if (!TAG.matcher(version).matches()) {
            throw new IllegalArgumentException("no tag of an image: " + version);
        }
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            TarWriter tar = new TarWriter(bytes);
            tar.file("pause", 0755, StaticProgram.read(pause).content());
            tar.finish();
            ObjectNode process = Manifests.object();
            process.putArray("Env").add(PATH);
            process.putArray("Entrypoint").add("/pause");
            process.put("User", "65535:65535");
            return image("glovebox.dev/pause:" + version, process, bytes.toByteArray());
        } catch (IOException e) {
            throw unreadable(pause, e);
        }
    }

    private static byte[] busyboxLayer(byte[] busybox, SortedSet<String> applets)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        for (String name :
                List.of(
                        "bin",
                        "dev",
                        "etc",
                        "home",
                        "proc",
                        "run",
                        "sbin",
                        "sys",
                        "usr",
                        "usr/bin",
                        "usr/sbin",
                        "var",
                        "var/log")) {
            tar.directory(name, 0755);
        }
        tar.directory("root", 0700);
        tar.directory("tmp", 01777);
        tar.directory("var/tmp", 01777);
        tar.file(
                "etc/passwd",
                0644,
                text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"));
        tar.file("etc/group", 0644, text("root:x:0:\nnogroup:x:65534:\n"));
        tar.file("bin/busybox", 0755, busybox);
        for (String applet : applets) {
            tar.link(applet, "/bin/busybox");
        }
        tar.finish();
        return bytes.toByteArray();
    }

    private static BuiltinImage image(String name, ObjectNode process, byte[] layer) {
        Platform platform = Platform.ofThisMachine();
        ObjectNode config = Manifests.object();
        config.put("created", "1970-01-01T00:00:00Z")
                .put("architecture", platform.architecture())
                .put("os", platform.os());
        config.set("config", process);
        config.putObject("rootfs")
                .put("type", "layers")
                .putArray("diff_ids")
                .add(Digests.of(layer));
        return new BuiltinImage(name, Manifests.bytes(config), layer);
    }

    private static String ask(Path program, String question) {
        Programs.Ran ran = Programs.run(Path.of("/"), QUICK, List.of(program.toString(), question));
        if (ran.exitCode() != 0) {
            throw new ImageException(
                    ImageException.Reason.FAILED,
                    program + " " + question + " failed: " + ran.lastWords());
        }
        return ran.output();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ImageException unreadable(Path file, IOException e) {
        return new ImageException(
                ImageException.Reason.FAILED, "cannot read " + file + ": " + Spool.reason(e), e);
    }
}
