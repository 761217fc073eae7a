package dev.glovebox.apiserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.Origin;
import dev.glovebox.apiserver.RequestInfo;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Paths and queries.
class TargetPropertiesTest {
    @Test
    void what_is_encoded_is_decoded() {
        RandomCases.check(
                2_000,
                draw -> {
                    String path = "/" + draw.oddText();
                    Map<String, List<String>> query = new LinkedHashMap<>();
                    StringBuilder text = new StringBuilder(encoded(path));
                    for (int i = draw.below(4); i > 0; i--) {
                        String name = i + draw.oddText();
                        String value = draw.oddText();
                        query.put(name, List.of(value));
                        text.append(text.indexOf("?") < 0 ? '?' : '&');
                        text.append(encoded(name)).append('=').append(encoded(value));
                    }
                    Target target = Target.parse(text.toString());
                    assertThat(target.path()).isEqualTo(path);
                    assertThat(target.query()).isEqualTo(query);
                });
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("%2F", "/");
    }

    @Test
    void any_target_is_understood_or_a_bad_request_and_is_about_something_or_nothing() {
        RandomCases.check(
                5_000,
                draw -> {
                    try {
                        Target target = Target.parse(target(draw));
                        RequestInfo.of(User.ANONYMOUS, call(draw, target))
                                .ifPresent(about -> assertThat(about.verb()).isNotEmpty());
                    } catch (ApiException refused) {
                        assertThat(refused.reason()).isEqualTo(StatusReason.BAD_REQUEST);
                    }
                });
    }

    private static String target(Draw draw) {
        String real = "/apis/apps/v1/namespaces/n/deployments/d/scale?watch=1&labelSelector=a%3Db";
        return draw.once(3) ? draw.oddText() : new String(draw.spoilt(real), UTF_8);
    }

    private static Call call(Draw draw, Target target) {
        return new Call(
                User.ANONYMOUS,
                draw.pick(List.of("GET", "POST", "DELETE", "OPTIONS", "\u0130")),
                target.path(),
                target.query(),
                "",
                "",
                "",
                Origin.LOCAL,
                new Annotations(),
                new byte[0]);
    }
}
