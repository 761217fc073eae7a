package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Deployments, Jobs and Services with a real node and a real kubectl.
@SharedEngine
class WorkloadsIT {
    private static final String NAMESPACE = "workloads";
    private final Engine engine;
    private final Kubectl kubectl;

    WorkloadsIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespace(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
    }

    @AfterAll
    static void deleteNamespace(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    private Ran run(String... words) {
        var all = new ArrayList<>(List.of("-n", NAMESPACE));
        all.addAll(List.of(words));
        return kubectl.run(all.toArray(String[]::new));
    }

    private void apply(String manifest) {
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
    }

    private JsonNode get(String... words) {
        var all = new ArrayList<>(List.of("-n", NAMESPACE));
        all.addAll(List.of(words));
        return kubectl.get(all.toArray(String[]::new));
    }

    private void awaitRollout() {
        var ran = run("rollout", "status", "deployment/web", "--timeout=60s");
        assertThat(ran.out())
                .as(ran + "\n" + run("get", "all,events"))
                .endsWith("deployment \"web\" successfully rolled out\n");
    }

    private String deployment() {
        return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 2
          strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: %s
                command: [sh, -c, 'mkdir /w; echo "v$V" > /w/index.html; exec httpd -f -p 8080 -h /w']
                ports: [{name: http, containerPort: 8080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{name: http, port: 80, targetPort: http}]

        """
                .formatted(engine.busybox());
    }

    @Test
    void a_deployment_is_rolled_out_changed_undone_and_scaled() {
        apply(deployment());
        awaitRollout();
        assertThat(run("get", "deployment", "web").ok().out()).containsPattern("web +2/2 +2 +2 ");
        Await.until(() -> readyEndpoints() == 2);
        assertThat(get("endpoints", "web").at("/subsets/0/addresses").size()).isEqualTo(2);
        assertThat(get("endpoints", "web").at("/subsets/0/ports/0/port").asInt()).isEqualTo(8080);

        run("set", "env", "deployment/web", "V=2").ok();
        awaitRollout();
        Await.until(() -> values().equals(List.of("2", "2")));
        assertThat(run("rollout", "history", "deployment/web").ok().out())
                .containsPattern("REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n");

        assertThat(run("rollout", "undo", "deployment/web").ok().text())
                .isEqualTo("deployment.apps/web rolled back");
        awaitRollout();
        Await.until(() -> values().equals(List.of("", "")));
        assertThat(run("rollout", "history", "deployment/web").ok().out())
                .containsPattern("2 +<none>\n3 +<none>\n");

        run("scale", "deployment/web", "--replicas=3").ok();
        awaitRollout();
        Await.until(() -> readyEndpoints() == 3);

        run("rollout", "pause", "deployment/web").ok();
        run("set", "env", "deployment/web", "V=3").ok();
        run("rollout", "resume", "deployment/web").ok();
        awaitRollout();
        run("rollout", "restart", "deployment/web").ok();
        awaitRollout();
        Await.until(() -> values().equals(List.of("3", "3", "3")));
        assertThat(run("get", "events").out()).contains("ScalingReplicaSet", "SuccessfulCreate");

        run("delete", "deployment,service", "web").ok();
        Await.until(() -> get("pods", "-l", "app=web").at("/items").isEmpty());
        Await.until(() -> get("replicasets").at("/items").isEmpty());
        Await.until(() ->
                get("endpointslices", "-l", "kubernetes.io/service-name=web")
                        .at("/items")
                        .isEmpty());
    }

    /// What the pods have for the variable `V`, but for those on their way out.
    private List<String> values() {
        List<String> values = new ArrayList<>();
        for (JsonNode pod : get("pods", "-l", "app=web").at("/items")) {
            if (pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                values.add(pod.at("/spec/containers/0/env/0/value").asText());
            }
        }
        return values;
    }

    private long readyEndpoints() {
        long ready = 0;
        for (JsonNode slice :
                get("endpointslices", "-l", "kubernetes.io/service-name=web").at("/items")) {
            for (JsonNode endpoint : slice.at("/endpoints")) {
                ready += endpoint.at("/conditions/ready").asBoolean() ? 1 : 0;
            }
        }
        return ready;
    }

    private String job(String name, String more, String script) {
        return """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s}
        spec:
          %s
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: main
                image: %s
                command: [sh, -c, '%s']
        """
                .formatted(name, more, engine.busybox(), script);
    }

    @Test
    void a_job_completes_and_lets_its_pods_go() {
        apply(
                job(
                        "good",
                        "completions: 2\n  parallelism: 2\n  completionMode: Indexed",
                        "echo index $JOB_COMPLETION_INDEX"));
        run("wait", "--for=condition=complete", "job/good", "--timeout=60s").ok();
        var job = get("job", "good");
        assertThat(job.at("/status/succeeded").asInt()).isEqualTo(2);
        assertThat(job.at("/status/completedIndexes").asText()).isEqualTo("0,1");
        assertThat(run("get", "job", "good").ok().out()).containsPattern("good +Complete +2/2 ");
        var logs = run("logs", "-l", "job-name=good").ok().out();
        assertThat(logs).contains("index 0\n", "index 1\n");
        for (JsonNode pod : get("pods", "-l", "job-name=good").at("/items")) {
            assertThat(pod.at("/metadata/finalizers").isMissingNode()).isTrue();
        }
        run("delete", "job", "good").ok();
        Await.until(() -> get("pods", "-l", "job-name=good").at("/items").isEmpty());
    }

    @Test
    void a_job_that_fails_says_so_and_goes_when_its_time_is_up() {
        apply(job("bad", "backoffLimit: 0\n  ttlSecondsAfterFinished: 5", "exit 3"));
        run("wait", "--for=condition=failed", "job/bad", "--timeout=60s").ok();
        assertThat(run("describe", "job", "bad").ok().out())
                .contains("BackoffLimitExceeded", "Job has reached the specified backoff limit");
        Await.until(() -> run("get", "job", "bad").err().contains("not found"));
        Await.until(() -> get("pods", "-l", "job-name=bad").at("/items").isEmpty());
    }

    @Test
    void a_cron_job_is_a_pattern_for_jobs() {
        run(
                        "create",
                        "cronjob",
                        "tick",
                        "--image=" + engine.busybox(),
                        "--schedule=0 0 29 2 *",
                        "--",
                        "true")
                .ok();
        run("create", "job", "now", "--from=cronjob/tick").ok();
        run("wait", "--for=condition=complete", "job/now", "--timeout=60s").ok();
        run("delete", "cronjob", "tick").ok();
        Await.until(() -> run("get", "job", "now").err().contains("not found"));
    }

    @Test
    void the_node_shows_that_it_is_there() {
        var lease = kubectl.get("-n", "kube-node-lease", "lease", engine.node());
        assertThat(lease.at("/spec/holderIdentity").asText()).isEqualTo(engine.node());
        String before = lease.at("/spec/renewTime").asText();
        Await.until(() ->
                !kubectl.get("-n", "kube-node-lease", "lease", engine.node())
                        .at("/spec/renewTime")
                        .asText()
                        .equals(before));
    }
}
