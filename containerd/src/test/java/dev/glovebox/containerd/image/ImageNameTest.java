package dev.glovebox.containerd.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "bitnami/redis, docker.io/bitnami/redis:latest",
        "docker.io/busybox, docker.io/library/busybox:latest",
        "index.docker.io/library/busybox:1, docker.io/library/busybox:1",
        "localhost/x, localhost/x:latest",
        "localhost:5000/x/y:2, localhost:5000/x/y:2",
        "127.0.0.1:5000/x, 127.0.0.1:5000/x:latest",
        "registry.example/team/app_one--two:V1.0-rc.1,"
                + " registry.example/team/app_one--two:V1.0-rc.1",
    })
    void a_name_is_completed_as_docker_completes_it(String typed, String full) {
        assertThat(ImageName.inFull(typed)).contains(full);
    }

    @Test
    void a_digest_needs_no_tag() {
        String digest = "@sha256:" + "0123456789abcdef".repeat(4);
        assertThat(ImageName.inFull("busybox" + digest))
                .contains("docker.io/library/busybox" + digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                "/a",
                "a/",
                "a//b",
                "A",
                "a b",
                "a:b:c",
                "a@sha256:12",
                "-a",
                "a/../b",
                "ex ample.com/a",
                "a\nb",
                "a:-x"
            })
    void what_is_no_name_is_refused(String typed) {
        assertThat(ImageName.inFull(typed)).isEmpty();
    }
}
