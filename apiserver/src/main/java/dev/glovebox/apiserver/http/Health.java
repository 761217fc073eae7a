package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `/livez` and `/healthz`: the server answers. `/readyz`: and what it needs is well.
final class Health {
    private static final HealthCheck PING = new HealthCheck("ping", Optional::empty);

    private final List<HealthCheck> readiness;

    Health(List<HealthCheck> readiness) {
        List<HealthCheck> all = new ArrayList<>(List.of(PING));
        all.addAll(readiness);
        this.readiness = List.copyOf(all);
    }

    /// The answer to a path of health; empty for any other.
    Optional<Answer.Whole> answer(String path, Map<String, List<String>> query) {
        String[] parts = path.substring(1).split("/", -1);
        List<HealthCheck> checks =
                switch (parts[0]) {
                    case "livez", "healthz" -> List.of(PING);
                    case "readyz" -> readiness;
                    default -> List.of();
                };
        if (checks.isEmpty() || parts.length > 2) {
            return Optional.empty();
        }
        if (parts.length == 2 && !parts[1].isEmpty()) {
            return checks.stream()
                    .filter(check -> check.name().equals(parts[1]))
                    .findFirst()
                    .map(check -> report(parts[0], List.of(check), query));
        }
        Set<String> left = Set.copyOf(query.getOrDefault("exclude", List.of()));
        List<HealthCheck> asked =
                checks.stream().filter(check -> !left.contains(check.name())).toList();
        return Optional.of(report(parts[0], asked, query));
    }

    private static Answer.Whole report(
            String name, List<HealthCheck> checks, Map<String, List<String>> query) {
        StringBuilder lines = new StringBuilder();
        boolean well = true;
        for (HealthCheck check : checks) {
            Optional<String> problem = check.problem().get();
            well &= problem.isEmpty();
            lines.append(problem.isEmpty() ? "[+]" : "[-]").append(check.name());
            lines.append(problem.map(why -> " failed: " + why).orElse(" ok")).append('\n');
        }
        lines.append(name).append(well ? " check passed\n" : " check failed\n");
        String text = well && !query.containsKey("verbose") ? "ok" : lines.toString();
        return new Answer.Whole(
                well ? 200 : 500,
                "text/plain; charset=utf-8",
                text.getBytes(StandardCharsets.UTF_8),
                List.of());
    }
}
