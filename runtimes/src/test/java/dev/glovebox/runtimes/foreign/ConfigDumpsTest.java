package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigDumpsTest {
    private static final HandlerTable TABLE =
            new HandlerTable(
                    "runsc",
                    Lane.LAUNCHER,
                    new GvisorPrograms(
                            Path.of("/g/runsc"),
                            Optional.empty(),
                            Path.of("/g/l"),
                            "systrap",
                            true),
                    Path.of("/g/t"));
    private static final String BEFORE =
            """
            version = 2
            imports = ["/a"]
            [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "mine"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
            runtime_type = "io.containerd.runc.v2"
            """;

    @Test
    void the_handler_alone_may_come_to_it_and_have_defaults_of_its_own() {
        ObjectNode after = after();
        ((ObjectNode) Toml.at(after, CriPlugin.GRPC.handler("runsc"))).put("snapshotter", "");
        after.putArray("imports").add("/a").add("/b");
        assertThat(objection(after)).isEmpty();
    }

    @Test
    void a_table_that_lacks_nothing_but_zero_values_is_the_same() {
        ObjectNode before = before();
        ObjectNode runc = (ObjectNode) Toml.at(before, CriPlugin.GRPC.handler("runc"));
        runc.put("sandbox_mode", "podsandbox").put("cni_max_conf_num", 0).put("runtime_path", "");
        runc.putObject("options").put("SystemdCgroup", false).putArray("none");
        assertThat(ConfigDumps.objection(before, after(), TABLE)).isEmpty();
        runc.putObject("options").put("SystemdCgroup", true);
        assertThat(ConfigDumps.objection(before, after(), TABLE).orElse(""))
                .contains("runc.options");
    }

    @Test
    void anything_else_that_is_read_otherwise_is_named() {
        ObjectNode after = after();
        ((ObjectNode) Toml.at(after, CriPlugin.GRPC.path())).put("sandbox_image", "default");
        assertThat(objection(after))
                .contains(
                        "containerd would read plugins.io.containerd.grpc.v1.cri.sandbox_image"
                                + " otherwise than before");
    }

    @Test
    void a_handler_that_is_not_read_as_it_was_written_is_named() {
        assertThat(objection(before()).orElse("")).contains("does not read handler runsc");
        ObjectNode after = after();
        ((ObjectNode) Toml.at(after, CriPlugin.GRPC.handler("runsc")).path("options"))
                .put("BinaryName", "");
        assertThat(objection(after)).isPresent();
    }

    private static Optional<String> objection(ObjectNode after) {
        return ConfigDumps.objection(before(), after, TABLE);
    }

    private static ObjectNode before() {
        return Toml.read(BEFORE, "before");
    }

    private static ObjectNode after() {
        ObjectNode after = before();
        Toml.put(after, CriPlugin.GRPC.handler("runsc"), TABLE.tree());
        return after;
    }
}
