package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.Asking;
import dev.glovebox.apiserver.admission.Deadline;
import dev.glovebox.apiserver.auth.User;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Who writes and how, as far as it does not depend on what is written.
///
/// @param fieldManager who owns the written fields: the parameter of that name, else what the
///   client calls itself
/// @param workflow whether an object is written, or a configuration applied
/// @param options what the client said of that, as `CreateOptions` have it but for their kind
/// @param asking what admission gets to know of all that
record WriteContext(String fieldManager, Workflow workflow, ObjectNode options, Asking asking) {
    private static final int LONGEST_MANAGER = 128;

    /// How long a write may take, as in Kubernetes.
    private static final Duration LONGEST = Duration.ofSeconds(34);

    /// How what is written is meant.
    enum Workflow {
        /// As the object, or as a change of it.
        UPDATE,
        /// As what a manager wants of it.
        APPLY
    }

    WriteContext {
        Objects.requireNonNull(fieldManager, "fieldManager");
        Objects.requireNonNull(workflow, "workflow");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(asking, "asking");
    }

    User user() {
        return asking.user();
    }

    /// Whether everything happens but the storing.
    boolean dryRun() {
        return asking.dryRun();
    }

    /// What the answer will warn of; grows.
    List<String> warnings() {
        return asking.warnings();
    }

    /// What the client said of how it wants to write.
    ///
    /// @param kind `CreateOptions` or `UpdateOptions`
    Optional<ObjectNode> options(String kind) {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("kind", kind).put("apiVersion", "meta.k8s.io/v1").setAll(options);
        return Optional.of(told);
    }

    static WriteContext of(Call call) {
        Parameters parameters = new Parameters(call.query());
        String named = parameters.text("fieldManager");
        return new WriteContext(
                named.isEmpty() ? clientName(call.userAgent()) : named,
                Patches.applies(call) ? Workflow.APPLY : Workflow.UPDATE,
                options(parameters),
                new Asking(
                        call.user(),
                        parameters.dryRun(),
                        new ArrayList<>(),
                        call.annotations(),
                        Deadline.in(LONGEST)));
    }

    private static ObjectNode options(Parameters parameters) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        if (parameters.dryRun()) {
            options.putArray("dryRun").add("All");
        }
        for (String field : List.of("fieldManager", "fieldValidation")) {
            if (!parameters.text(field).isEmpty()) {
                options.put(field, parameters.text(field));
            }
        }
        return options;
    }

    /// `kubectl` of `kubectl/v1.34.1 (linux/amd64)`.
    private static String clientName(String userAgent) {
        StringBuilder name = new StringBuilder();
        int bytes = 0;
        for (int c : userAgent.split("/", 2)[0].codePoints().toArray()) {
            if (Parameters.isPrintable(c)) {
                bytes += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
                if (bytes > LONGEST_MANAGER) {
                    break;
                }
                name.appendCodePoint(c);
            }
        }
        return name.toString();
    }
}
