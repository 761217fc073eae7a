package dev.glovebox.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program in nft's place takes what does not have a certain word in it, and keeps what it was
/// to carry out.
class ServiceNetworkTest {
    @TempDir Path directory;

    private ServiceNetwork network(String refused) throws IOException {
        Path program = directory.resolve("nft");
        Files.writeString(
                program,
                """
                script=$(cat)
                case $script in *%2$s*) echo "syntax error"; exit 1;; esac
                case "$*" in *-c*) echo checked >> %1$s/checks;; *) echo "$script" > %1$s/applied;; esac
                """
                        .formatted(directory, refused));
        return new ServiceNetwork(
                new ServiceRules(
                        "glovebox-1-services",
                        Ranges.parse("10.244.0.0/16"),
                        Ranges.parse("10.96.0.0/16"),
                        "10.244.255.255"),
                new Nft(List.of("sh", program.toString())));
    }

    private static ServiceTable services(int count) {
        return new ServiceTable(
                IntStream.rangeClosed(1, count)
                        .mapToObj(i ->
                                new ServiceTable.Port(
                                        "10.96.0." + i,
                                        HostPort.Protocol.TCP,
                                        80,
                                        0,
                                        ServiceTable.Spread.ANY,
                                        List.of()))
                        .toList());
    }

    private String applied() throws IOException {
        return Files.readString(directory.resolve("applied"));
    }

    @Test
    void a_service_that_nft_does_not_take_is_left_out_and_the_others_lead_on() throws IOException {
        network("10.96.0.7").apply(services(20));
        assertThat(applied()).doesNotContain("10.96.0.7 ");
        for (int i = 1; i <= 20; i++) {
            if (i != 7) {
                assertThat(applied()).contains("10.96.0." + i + " . tcp . 80");
            }
        }
        assertThat(directory.resolve("checks")).exists();
    }

    @Test
    void what_nft_takes_is_not_tried_first() throws IOException {
        network("nothing-of-it").apply(services(20));
        assertThat(applied()).contains("10.96.0.20 . tcp . 80");
        assertThat(directory.resolve("checks")).doesNotExist();
    }

    @Test
    void an_nft_that_takes_nothing_is_a_failure() throws IOException {
        ServiceNetwork network = network("table");
        assertThatThrownBy(() -> network.apply(services(3)))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("syntax error");
        assertThat(directory.resolve("applied")).doesNotExist();
    }
}
