package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.kinds.ServiceRange;
import dev.glovebox.network.Ranges;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineNetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, IPV4",
        "'10.1.0.0/16,fd00::/56', IPV4 IPV6",
        "fd00::/56, IPV6",
        "'fd00::/56,10.1.0.0/16', IPV6 IPV4",
        "'10.1.0.0/16,fd00:10::/32', IPV4"
    })
    void services_have_the_families_of_pods_in_their_order(String pods, String ranges) {
        assertThat(MachineNetwork.serviceRanges(Ranges.parse(pods)))
                .containsExactlyElementsOf(
                        Arrays.stream(ranges.split(" ", -1)).map(ServiceRange::valueOf).toList());
    }

    @ParameterizedTest
    @CsvSource({"fd00:10::/32", "'fd00:10::/32,10.1.0.0/16'"})
    void pods_whose_first_family_services_could_not_have_are_refused(String pods) {
        Ranges ranges = Ranges.parse(pods);
        assertThatThrownBy(() -> MachineNetwork.serviceRanges(ranges))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--pod-cidr %s has addresses of Services, fd00:10:96::/112; choose a range without them"
                                .formatted(pods));
    }

    @Test
    void the_door_is_of_the_first_family() {
        assertThat(MachineNetwork.doorOf(Ranges.parse("10.1.0.0/16,fd00::/56")).address())
                .isEqualTo("10.1.255.255");
        assertThat(MachineNetwork.doorOf(Ranges.parse("fd00::/56,10.1.0.0/16")).address())
                .isEqualTo("fd00::ff:ffff:ffff:ffff:ffff");
    }
}
