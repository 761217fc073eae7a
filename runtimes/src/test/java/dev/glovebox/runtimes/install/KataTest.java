package dev.glovebox.runtimes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.install.TarFile.Entry;
import dev.glovebox.runtimes.kata.KataConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.CompressorException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kata's release, as one is laid out, with programs that are none.
class KataTest {
    private static final String DEFAULTS = "./opt/kata/share/defaults/kata-containers/";
    private static final String SHIM = "opt/kata/bin/containerd-shim-kata-v2";

    @TempDir Path directory = Path.of("");

    private final List<String> said = new ArrayList<>();
    private ReleaseServer server;

    @BeforeEach
    void start() throws IOException {
        server = new ReleaseServer();
        server.move("/latest", "/tag/3.24.0");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_release_is_unpacked_into_a_directory_of_its_own_and_configured_for_it()
            throws Exception {
        String digest = publish("3.24.0", ".tar.zst", "zstd", release("3.24.0"));

        Installation done = install("", "latest", Voucher.sha256(digest)).installation();

        assertThat(done.version()).isEqualTo("3.24.0");
        assertThat(done.platform()).isEqualTo("qemu");
        assertThat(done.shim()).isEqualTo("io.containerd.kata.v2");
        assertThat(done.programs())
                .containsExactly(
                        SHIM, "opt/kata/libexec/virtiofsd", "opt/kata/bin/qemu-system-x86_64");
        assertThat(done.programs())
                .allSatisfy(each -> assertThat(done.home().resolve(each)).isExecutable());
        KataConfiguration configuration =
                KataConfiguration.parse(Files.readString(done.home().resolve(Kata.CONFIGURATION)));
        assertThat(configuration.files())
                .hasSize(4)
                .allSatisfy(each -> assertThat(each).isRegularFile().startsWithRaw(done.home()));
        assertThat(configuration.hypervisor().path("enable_annotations")).isEmpty();
    }

    @Test
    void another_hypervisor_and_an_older_release_are_had_by_name() throws Exception {
        String digest = publish("3.2.0", ".tar.xz", "xz", release("3.2.0"));

        Installation done = install("clh", "3.2.0", Voucher.sha256(digest)).installation();

        assertThat(done.platform()).isEqualTo("clh");
        assertThat(done.programs()).contains("opt/kata/bin/cloud-hypervisor");
        assertThatThrownBy(() -> install("fc", "3.2.0", Voucher.sha256(digest)))
                .hasMessageContaining("has no configuration and shim for fc");
    }

    @Test
    void what_is_not_whole_any_more_is_installed_beside_and_what_is_whole_is_used_again()
            throws Exception {
        Voucher voucher = Voucher.sha256(publish("3.24.0", ".tar.zst", "zstd", release("3.24.0")));
        Path first = install("", "3.24.0", voucher).installation().home();
        assertThat(install("", "3.24.0", voucher).changed()).isFalse();

        Files.writeString(first.resolve(Kata.CONFIGURATION), "# another");
        Path second = install("", "3.24.0", voucher).installation().home();
        Files.delete(second.resolve("opt/kata/share/kata-containers/vmlinux-6.12"));
        RuntimeInstaller.Outcome third = install("", "3.24.0", voucher);

        assertThat(third.changed()).isTrue();
        Path home = third.installation().home();
        assertThat(List.of(first, second, home)).doesNotHaveDuplicates();
        assertThat(
                        KataConfiguration.parse(Files.readString(home.resolve(Kata.CONFIGURATION)))
                                .files())
                .allSatisfy(each -> assertThat(each).isRegularFile().startsWithRaw(home));
    }

    @Test
    void the_shim_in_rust_is_taken_where_there_is_no_other() throws Exception {
        Entry[] entries =
                Arrays.stream(release("4.2.0"))
                        .filter(each -> !each.name().contains("configuration-qemu"))
                        .toArray(Entry[]::new);
        String digest =
                publish(
                        "3.24.0",
                        ".tar.zst",
                        "zstd",
                        with(
                                entries,
                                elf("./opt/kata/runtime-rs/bin/containerd-shim-kata-v2", 62),
                                configuration("runtime-rs/configuration-qemu-runtime-rs", "qemu")));

        Installation done = install("", "3.24.0", Voucher.sha256(digest)).installation();

        assertThat(done.platform()).isEqualTo("qemu-runtime-rs");
        assertThat(done.programs()).contains("opt/kata/runtime-rs/bin/containerd-shim-kata-v2");
    }

    @Test
    void without_a_digest_and_with_another_one_nothing_is_installed() throws Exception {
        publish("3.24.0", ".tar.zst", "zstd", release("3.24.0"));

        refused("nobody vouches for", "", Voucher.NONE);
        refused("is not what --sha256 promises", "", Voucher.sha256("0".repeat(64)));
    }

    @Test
    void what_is_no_release_of_katas_is_refused_with_its_reason() throws Exception {
        Entry[] whole = release("3.24.0");
        bad("it has no opt/kata/VERSION", without(whole, "VERSION"));
        bad("has no opt/kata/libexec/virtiofsd, which", without(whole, "virtiofsd"));
        bad(
                "containerd-shim-kata-v2 of the release 3.24.0 at",
                with(without(whole, "shim"), elf("./" + SHIM, 183)));
        bad("leads out of it", with(whole, Entry.file("./../../etc/passwd", "x")));
        bad("leads out of it", with(whole, Entry.symlink("./opt/kata/x", "../../../etc")));
        bad("it has \"config.d\" beside opt", with(whole, Entry.file("./config.d/a.toml", "x")));
        bad(
                "it has \"configuration.toml\" beside opt",
                with(whole, Entry.symlink("./configuration.toml", "opt/not-there")));
        bad(
                "VERSION is too large",
                with(
                        without(whole, "VERSION"),
                        Entry.file("./opt/kata/VERSION", "3.24.0" + " ".repeat(1 << 16))));
        bad(
                "configuration-qemu.toml is too large",
                with(
                        without(whole, "configuration-qemu.toml"),
                        Entry.file(
                                DEFAULTS + "configuration-qemu.toml",
                                text("qemu") + "#".repeat(1 << 20))));
        bad(
                "names /etc/shadow, which is none of its own files",
                with(
                        without(whole, "configuration-qemu.toml"),
                        Entry.file(
                                DEFAULTS + "configuration-qemu.toml",
                                text("qemu")
                                        .replace("/opt/kata/libexec/virtiofsd", "/etc/shadow"))));
    }

    @Test
    void one_that_is_cut_off_is_refused() throws Exception {
        Path archive = TarFile.write(directory.resolve("whole"), "zstd", release("3.24.0"));
        byte[] whole = Files.readAllBytes(archive);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);

        refused("no usable archive", "", Voucher.sha256(serve(half)));
    }

    private void bad(String why, Entry... entries) throws Exception {
        Path archive = TarFile.write(directory.resolve("bad"), "zstd", entries);
        refused(why, "", Voucher.sha256(serve(Files.readAllBytes(archive))));
    }

    private void refused(String why, String hypervisor, Voucher voucher) throws IOException {
        assertThatThrownBy(() -> install(hypervisor, "3.24.0", voucher))
                .isInstanceOf(InstallException.class)
                .hasMessageContaining(why);
        assertThat(new InstalledRuntimes(directory.resolve("runtimes")).names()).isEmpty();
        assertThat(directory.resolve("runtimes/kata")).doesNotExist();
        assertThat(directory.resolve("runtimes")).isDirectoryNotContaining("glob:**.incoming*");
    }

    private RuntimeInstaller.Outcome install(String hypervisor, String version, Voucher voucher)
            throws IOException, InterruptedException {
        return new RuntimeInstaller(
                        directory.resolve("runtimes"), home -> false, Clock.systemUTC(), said::add)
                .install(
                        new Kata(hypervisor, true),
                        new KataRelease(server.url(), version, Architecture.X86_64, voucher),
                        Links.none());
    }

    private String publish(String version, String suffix, String compression, Entry... entries)
            throws IOException, CompressorException {
        Path archive = TarFile.write(directory.resolve("archive"), compression, entries);
        server.put(
                "/download/%s/kata-static-%s-amd64%s".formatted(version, version, suffix),
                Files.readAllBytes(archive));
        return Digest.hex(archive, "SHA-256");
    }

    private String serve(byte[] archive) throws IOException {
        server.put("/download/3.24.0/kata-static-3.24.0-amd64.tar.zst", archive);
        return Digest.hex(Files.write(directory.resolve("served"), archive), "SHA-256");
    }

    private static Entry[] release(String version) {
        return new Entry[] {
            Entry.directory("./"),
            Entry.directory("./opt/kata/"),
            Entry.symlink("./opt/kata/share/kata-containers/vmlinux.container", "vmlinux-6.12"),
            Entry.file("./opt/kata/share/kata-containers/vmlinux-6.12", "kernel"),
            Entry.symlink("./opt/kata/share/kata-containers/kata.img", "kata-ubuntu.image"),
            Entry.file("./opt/kata/share/kata-containers/kata-ubuntu.image", "image"),
            Entry.file("./opt/kata/VERSION", version + "\n"),
            elf("./opt/kata/libexec/virtiofsd", 62),
            Entry.symlink(DEFAULTS + "configuration.toml", "configuration-qemu.toml"),
            configuration("configuration-qemu", "qemu"),
            configuration("configuration-clh", "clh"),
            elf("./" + SHIM, 62),
            elf("./opt/kata/bin/qemu-system-x86_64", 62),
            elf("./opt/kata/bin/cloud-hypervisor", 62),
        };
    }

    private static Entry configuration(String file, String hypervisor) {
        return Entry.file(DEFAULTS + file + ".toml", text(hypervisor));
    }

    private static String text(String hypervisor) {
        return """
        [hypervisor.%s]
        path = "/opt/kata/bin/%s"
        kernel = "/opt/kata/share/kata-containers/vmlinux.container"
        image = "/opt/kata/share/kata-containers/kata.img"
        enable_annotations = ["kernel_params"]
        virtio_fs_daemon = "/opt/kata/libexec/virtiofsd"
        [runtime]
        sandbox_cgroup_only = false
        """
                .formatted(
                        hypervisor,
                        hypervisor.equals("qemu") ? "qemu-system-x86_64" : "cloud-hypervisor");
    }

    /// The head of a program.
    private static Entry elf(String name, int machine) {
        byte[] head = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1}, 0, head, 0, 6);
        head[18] = (byte) machine;
        return Entry.file(name, head);
    }

    private static Entry[] without(Entry[] entries, String part) {
        return Arrays.stream(entries)
                .filter(each -> !each.name().contains(part))
                .toArray(Entry[]::new);
    }

    private static Entry[] with(Entry[] entries, Entry... more) {
        List<Entry> all = new ArrayList<>(List.of(entries));
        all.addAll(List.of(more));
        return all.toArray(Entry[]::new);
    }
}
