package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HostIdsTest {
    /// The first ten ranges that pods may have.
    private static List<Long> free(String users, String groups, String... living) {
        HostIds host =
                new HostIds(
                        SubordinateIds.parse(users),
                        SubordinateIds.parse(groups),
                        List.of(living).stream()
                                .map(map ->
                                        new IdMaps.Seen(
                                                "user:[1]", IdMap.parse(map), IdMap.parse(map)))
                                .toList());
        return LongStream.rangeClosed(1, 10)
                .filter(n -> host.free().test(new UserRange(n * UserRange.LENGTH)))
                .boxed()
                .toList();
    }

    @Test
    void all_above_the_hosts_own_are_where_nobody_else_has_any() {
        assertThat(free("", "")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void none_that_was_given_to_somebody_is() {
        assertThat(free("me:100000:65536\n", "")).doesNotContain(1L, 2L).contains(3L);
        assertThat(free("", "1000:262144:1\n")).doesNotContain(4L).contains(3L, 5L);
        assertThat(free("# me:65536:65536\nno line\n::\n", "")).contains(1L);
    }

    @Test
    void where_some_were_given_for_pods_these_alone_are() {
        String share = "kubelet:131072:196608\n";
        assertThat(free(share, share)).containsExactly(2L, 3L, 4L);
        assertThat(free(share + "me:200000:1\n", share)).containsExactly(2L, 4L);
    }

    @Test
    void a_share_for_pods_that_makes_no_sense_is_refused_by_name() {
        assertThatThrownBy(() -> free("kubelet:131072:65536\n", ""))
                .isInstanceOf(UsersException.class)
                .hasMessageContaining("do not give the same ids to user kubelet");
        for (String share :
                List.of("kubelet:100000:65536", "kubelet:65536:1000", "kubelet:0:65536")) {
            assertThatThrownBy(() -> free(share, share))
                    .isInstanceOf(UsersException.class)
                    .hasMessageContaining("not whole ranges of 65536");
        }
        String twice = "kubelet:65536:65536\nkubelet:196608:65536\n";
        assertThatThrownBy(() -> free(twice, twice)).isInstanceOf(UsersException.class);
    }

    @Test
    void none_in_which_a_process_lives_is() {
        assertThat(free("", "", "0 65536 65536\n", "0 1000 1\n1 300000 10\n"))
                .doesNotContain(1L, 4L)
                .contains(2L, 3L, 5L);
    }
}
