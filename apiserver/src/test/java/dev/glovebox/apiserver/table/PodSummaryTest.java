package dev.glovebox.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSummaryTest {
    private static PodSummary of(String metadata, String status) throws JsonProcessingException {
        String pod =
                "{'metadata':{%s},'spec':{'containers':[{'name':'c'}],'initContainers':[{'name':'i'}]},'status':{%s}}"
                        .formatted(metadata, status);
        return PodSummary.of(new ObjectMapper().readTree(pod.replace('\'', '"')));
    }

    @Test
    void a_crashing_container_tells_why_it_waits_and_how_often_it_ran() throws Exception {
        PodSummary summary =
                of(
                        "",
                        "'phase':'Running','containerStatuses':[{'name':'c','restartCount':3,"
                                + "'state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                                + "'lastState':{'terminated':{'finishedAt':'2026-01-01T12:00:00Z'}}}]");
        assertThat(summary)
                .isEqualTo(new PodSummary(0, 1, "CrashLoopBackOff", 3, "2026-01-01T12:00:00Z"));
    }

    @Test
    void an_init_container_that_runs_is_counted() throws Exception {
        String running = "'initContainerStatuses':[{'name':'i','state':{'running':{}}}]";
        assertThat(of("", "'phase':'Pending'," + running).reason()).isEqualTo("Init:0/1");
        String failed =
                "'initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':1,'reason':'Error'}}}]";
        assertThat(of("", "'phase':'Pending'," + failed).reason()).isEqualTo("Init:Error");
    }

    @Test
    void a_pod_that_is_being_deleted_terminates() throws Exception {
        String going = "'deletionTimestamp':'2026-01-01T12:00:00Z'";
        assertThat(of(going, "'phase':'Running'").reason()).isEqualTo("Terminating");
        assertThat(of(going, "'phase':'Succeeded'").reason()).isEqualTo("Succeeded");
    }

    @Test
    void a_container_that_ended_tells_how() throws Exception {
        String ended = "'containerStatuses':[{'name':'c','state':{'terminated':{%s}}}]";
        assertThat(of("", "'phase':'Failed'," + ended.formatted("'exitCode':3")).reason())
                .isEqualTo("ExitCode:3");
        assertThat(of("", "'phase':'Failed'," + ended.formatted("'reason':'OOMKilled'")).reason())
                .isEqualTo("OOMKilled");
    }

    @ParameterizedTest
    @CsvSource({
        "PT5S,5s",
        "PT2M,2m",
        "PT3M20S,3m20s",
        "PT20M,20m",
        "PT4H,4h",
        "P3D,3d",
        "P400D,400d"
    })
    void ages_are_short(Duration age, String text) {
        assertThat(Ages.human(age)).isEqualTo(text);
    }
}
