package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Objects that count one each.
///
/// @param names under which they count
record CountEvaluator(List<String> names) implements Evaluator {
    CountEvaluator {
        names = List.copyOf(names);
    }

    @Override
    public boolean handles(String subresource, JsonNode object, Optional<? extends JsonNode> old) {
        return subresource.isEmpty() && old.isEmpty();
    }

    @Override
    public boolean tracks(String name) {
        return names.contains(name);
    }

    @Override
    public Amounts usage(JsonNode object, Instant now) {
        return Amounts.of(
                names.stream().collect(Collectors.toMap(name -> name, any -> Quantity.of(1))));
    }
}
