package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A CustomResourceDefinition and its objects as kubectl works with them, over a restart of the
/// engine, and a definition that means harm.
@WithoutNode
class CrdsIT {
    private static final Engine ENGINE = Engine.in(214);
    private static final String DEFINITION =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: widgets.shop.example.com
            spec:
              group: shop.example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget, shortNames: [wd], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources:
                  status: {}
                  scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.replicas}
                additionalPrinterColumns:
                - {name: Size, type: integer, jsonPath: .spec.size}
                - name: Ready
                  type: string
                  jsonPath: '.status.conditions[?(@.type=="Ready")].status'
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        description: What the widget should be.
                        required: [color]
                        properties:
                          size: {type: integer, default: 1, description: How large it is.}
                          color: {type: string, enum: [red, blue]}
                        x-kubernetes-validations:
                        - rule: self.color != 'blue' || self.size < 5
                          message: blue ones are small
                      status:
                        type: object
                        x-kubernetes-preserve-unknown-fields: true
            """;

    private static String widget(String name, String spec) {
        return """
        apiVersion: shop.example.com/v1
        kind: Widget
        metadata: {name: %s}
        spec: {%s}
        """
                .formatted(name, spec);
    }

    @BeforeAll
    static void up() {
        start();
    }

    private static void start() {
        ENGINE.up("--no-node", "--default-trust", "trusted").ok();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    void a_definition_lives_with_its_objects_through_a_restart_and_goes_after_them() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(DEFINITION).ok();
        kubectl.run("wait", "--for=condition=Established", "crd/widgets.shop.example.com").ok();
        kubectl.apply(widget("one", "color: red")).ok();
        assertThat(kubectl.apply(widget("one", "color: red")).ok().out()).contains("unchanged");

        assertThat(kubectl.run("get", "wd").ok().out())
                .containsPattern("^NAME +SIZE +READY\none +1 *\n$");
        assertThat(kubectl.run("explain", "widget.spec.size").ok().out())
                .contains("How large it is.");
        assertThat(kubectl.run("get", "all").ok().out()).contains("widget.shop.example.com/one");
        kubectl.run("scale", "widget/one", "--replicas=3").ok();
        kubectl.run(
                        "patch",
                        "wd",
                        "one",
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}")
                .ok();
        assertThat(kubectl.apply(widget("two", "colour: red")).err())
                .contains("unknown field \"spec.colour\"");
        assertThat(kubectl.apply(widget("two", "color: blue, size: 7")).err())
                .contains("spec: Invalid value: \"object\": blue ones are small");

        ENGINE.run("down").ok();
        start();
        kubectl = ENGINE.kubectl();
        assertThat(kubectl.run("get", "wd").ok().out())
                .containsPattern("^NAME +SIZE +READY\none +3 +True\n$");

        kubectl.run(
                        "patch",
                        "wd",
                        "one",
                        "--type=merge",
                        "-p",
                        finalizers("[\"example.com/hold\"]"))
                .ok();
        kubectl.run("delete", "crd", "widgets.shop.example.com", "--wait=false").ok();
        assertThat(kubectl.apply(widget("three", "color: red")).err())
                .contains("create not allowed while custom resource definition is terminating");
        kubectl.run("patch", "wd", "one", "--type=merge", "-p", finalizers("null")).ok();
        kubectl.run("wait", "--for=delete", "crd/widgets.shop.example.com", "--timeout=30s").ok();
        assertThat(kubectl.run("get", "--raw", "/apis/shop.example.com/v1").err())
                .contains("NotFound");

        kubectl.apply(DEFINITION).ok();
        kubectl.run("wait", "--for=condition=Established", "crd/widgets.shop.example.com").ok();
        assertThat(kubectl.run("get", "wd").ok().err()).contains("No resources found");
    }

    private static String finalizers(String list) {
        return "{\"metadata\":{\"finalizers\":" + list + "}}";
    }

    @Test
    void a_namespace_takes_objects_of_definitions_with_it() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(DEFINITION.replace("shop.example.com", "spaces.example.com")).ok();
        kubectl.run("create", "namespace", "doomed").ok();
        kubectl.command("-n", "doomed", "apply", "-f", "-")
                .input(widget("one", "color: red").replace("shop.example", "spaces.example"))
                .run()
                .ok();

        kubectl.run("delete", "namespace", "doomed", "--timeout=60s").ok();
        assertThat(kubectl.run("get", "widgets.spaces.example.com", "-A").ok().err())
                .contains("No resources found");
    }

    private static String loops(String rule, String numbers) {
        return """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: loops.harm.example.com}
        spec:
          group: harm.example.com
          scope: Namespaced
          names: {plural: loops, kind: Loop}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  numbers: {type: array, %s, items: {type: integer}}
                x-kubernetes-validations: [{rule: "%s"}]
        """
                .formatted(numbers, rule);
    }

    @Test
    void a_rule_that_would_run_for_hours_is_refused_and_keeps_nobody_waiting() {
        var kubectl = ENGINE.kubectl();
        var forHours =
                "self.numbers.all(a, self.numbers.all(b, self.numbers.all(c, self.numbers.all(d, a+b+c+d >= 0))))";
        assertThat(kubectl.apply(loops(forHours, "maxItems: 2000")).err())
                .contains("estimated rule cost exceeds budget by factor of more than 100x");

        // What a definition may just say, and what takes too long all the same.
        var tooLong = "self.numbers.all(a, self.numbers.all(b, self.numbers.all(c, a+b+c >= 0)))";
        kubectl.apply(loops(tooLong, "maxItems: 100")).ok();
        kubectl.run("wait", "--for=condition=Established", "crd/loops.harm.example.com").ok();
        var numbers = IntStream.range(0, 100).boxed().toList();
        var begun = System.nanoTime();
        var refused =
                kubectl.apply(
                        """
                        apiVersion: harm.example.com/v1
                        kind: Loop
                        metadata: {name: one}
                        numbers: %s
                        """
                                .formatted(numbers));
        assertThat(refused.err()).contains("call cost exceeds limit for rule");
        assertThat(System.nanoTime() - begun).isLessThan(30_000_000_000L);
    }
}
