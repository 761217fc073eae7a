package dev.glovebox.apiserver.cel;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map of an object while expressions look at it.
final class MapValue extends AbstractMap<String, Object> implements Weighted {
    private final Map<String, Object> values;
    private final long weight;

    MapValue(Map<String, Object> values) {
        this.values = values;
        this.weight =
                1
                        + values.entrySet().stream()
                                .mapToLong(each ->
                                        Weights.of(each.getKey()) + Weights.of(each.getValue()))
                                .sum();
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return values.entrySet();
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return values.containsKey(key);
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return values.get(key);
    }

    @Override
    public long weight() {
        return weight;
    }
}
