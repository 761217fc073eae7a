package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadApiTest {
    private static final String APPS = "/apis/apps/v1/namespaces/default/";
    private static final String BATCH = "/apis/batch/v1/namespaces/default/";
    private static final String TEMPLATE =
            "\"template\":{\"metadata\":{\"labels\":{\"app\":\"w\"}},\"spec\":{%s"
                    + "\"containers\":[{\"name\":\"c\",\"image\":\"app:1\"}]}}";

    @TempDir Path folder;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private static String object(String kind, String group, String spec) {
        return """
        {"apiVersion":"%s/v1","kind":"%s","metadata":{"name":"w"},"spec":{%s}}\
        """
                .formatted(group, kind, spec);
    }

    private static String selected(String kind, String more) {
        return object(
                kind,
                "apps",
                more + "\"selector\":{\"matchLabels\":{\"app\":\"w\"}}," + TEMPLATE.formatted(""));
    }

    private static String job(String more) {
        return object("Job", "batch", more + TEMPLATE.formatted("\"restartPolicy\":\"Never\","));
    }

    @ParameterizedTest
    @CsvSource({
        "deployments, Deployment",
        "replicasets, ReplicaSet",
        "statefulsets, StatefulSet",
        "daemonsets, DaemonSet"
    })
    void a_selector_stays(String plural, String kind) {
        assertThat(api.post(APPS + plural, selected(kind, "")).code()).isEqualTo(201);
        String other = "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"w\",\"a\":\"b\"}}}}";
        TestApi.Reply reply = api.patch(APPS + plural + "/w", "merge", other);
        assertThat(reply.code()).as(reply.message()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({
        "deployments, Deployment",
        "replicasets, ReplicaSet",
        "statefulsets, StatefulSet",
        "daemonsets, DaemonSet"
    })
    void changes_of_the_spec_are_counted_and_those_of_labels_are_not(String plural, String kind) {
        api.post(APPS + plural, selected(kind, ""));
        String place = APPS + plural + "/w";
        assertThat(
                        api.patch(place, "merge", "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}")
                                .at("/metadata/generation"))
                .isEqualTo("1");
        assertThat(
                        api.patch(place, "merge", "{\"spec\":{\"minReadySeconds\":3}}")
                                .at("/metadata/generation"))
                .isEqualTo("2");
    }

    @Test
    void a_stateful_set_keeps_what_its_pods_are_built_on() {
        api.post(APPS + "statefulsets", selected("StatefulSet", ""));
        String place = APPS + "statefulsets/w";
        assertThat(api.patch(place, "merge", "{\"spec\":{\"replicas\":3}}").code()).isEqualTo(200);
        TestApi.Reply reply = api.patch(place, "merge", "{\"spec\":{\"serviceName\":\"x\"}}");
        assertThat(reply.message()).contains("updates to statefulset spec");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"strategy\":{\"type\":\"Odd\"},', Deployment, deployments",
        "'\"updateStrategy\":{\"type\":\"Odd\"},', DaemonSet, daemonsets",
        "'\"updateStrategy\":{\"type\":\"Odd\"},', StatefulSet, statefulsets",
        "'\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":1}},', DaemonSet, daemonsets",
        "'\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":0,\"maxUnavailable\":0}},', DaemonSet, daemonsets",
        "'\"podManagementPolicy\":\"Odd\",', StatefulSet, statefulsets",
        "'\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Odd\"},', StatefulSet, statefulsets"
    })
    void what_is_no_way_of_replacing_pods_is_refused(String more, String kind, String plural) {
        TestApi.Reply reply = api.post(APPS + plural, selected(kind, more));
        assertThat(reply.code()).as(reply.body().toString()).isEqualTo(422);
    }

    @Test
    void a_job_finds_its_pods_by_its_own_uid() {
        TestApi.Reply job = api.post(BATCH + "jobs", job(""));
        String uid = job.at("/metadata/uid");
        assertThat(job.at("/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid"))
                .isEqualTo(uid);
        assertThat(job.at("/spec/template/metadata/labels/controller-uid")).isEqualTo(uid);
        assertThat(job.at("/spec/template/metadata/labels/job-name")).isEqualTo("w");
        String place = BATCH + "jobs/w";
        assertThat(api.patch(place, "merge", "{\"spec\":{\"parallelism\":4}}").code())
                .isEqualTo(200);
        assertThat(api.patch(place, "merge", "{\"spec\":{\"completionMode\":\"Indexed\"}}").code())
                .isEqualTo(422);
    }

    @Test
    void a_job_with_labels_that_claim_to_be_another_jobs_is_refused() {
        String body = job("").replace("{\"app\":\"w\"}", "{\"controller-uid\":\"somebody-elses\"}");
        TestApi.Reply reply = api.post(BATCH + "jobs", body);
        assertThat(reply.code()).isEqualTo(422);
        assertThat(reply.message()).contains("must be '");
    }

    @Test
    void a_name_that_leaves_no_room_for_the_jobs_names_is_refused() {
        String cron =
                object(
                                "CronJob",
                                "batch",
                                "\"schedule\":\"@daily\",\"jobTemplate\":{\"spec\":{"
                                        + TEMPLATE.formatted("\"restartPolicy\":\"Never\",")
                                        + "}}")
                        .replace(
                                "\"w\"},\"spec\":{\"sched",
                                "\"" + "w".repeat(53) + "\"},\"spec\":{\"sched");
        TestApi.Reply reply = api.post(BATCH + "cronjobs", cron);
        assertThat(reply.message()).contains("must be no more than 52 characters");
    }

    @Test
    void a_template_warns_as_a_pod_would() {
        String body =
                selected("Deployment", "")
                        .replace(
                                "\"spec\":{\"containers\"",
                                "\"spec\":{\"nodeSelector\":{\"beta.kubernetes.io/os\":\"linux\"},\"containers\"");
        assertThat(api.post(APPS + "deployments", body).warnings())
                .singleElement()
                .asString()
                .startsWith("spec.template.spec.nodeSelector[beta.kubernetes.io/os]");
    }
}
