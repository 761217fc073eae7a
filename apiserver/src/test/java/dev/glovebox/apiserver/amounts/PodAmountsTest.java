package dev.glovebox.apiserver.amounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.schema.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodAmountsTest {
    /// A change is admitted while the status still tells of the pod before it: what is said there
    /// must not make room.
    @ParameterizedTest
    @ValueSource(strings = {"Infeasible", "Deferred"})
    void a_resize_that_waits_counts_with_what_is_asked_for(String reason) throws Exception {
        JsonNode pod =
                new ObjectMapper()
                        .readTree(
                                """
                                {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": "2"}}}]},
                                 "status": {"conditions": [{"type": "PodResizePending", "reason": "%s"}],
                                  "containerStatuses": [{"name": "c", "allocatedResources": {"cpu": "1"},
                                   "resources": {"requests": {"cpu": "1"}}}]}}
                                """
                                        .formatted(reason));

        assertThat(PodAmounts.requests(pod, PodAmounts.View.COUNTED).get("cpu"))
                .contains(Quantity.parse("2"));
    }
}
