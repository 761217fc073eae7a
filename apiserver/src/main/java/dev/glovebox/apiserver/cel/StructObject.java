package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.StructValue;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// An object with known fields while expressions look at it.
@SuppressWarnings("Immutable")
final class StructObject extends StructValue<String, Map<String, Object>> implements Weighted {
    private final Map<String, Object> fields;
    private final long weight;

    /// @param fields by the identifiers by which expressions know them
    StructObject(Map<String, Object> fields) {
        this.fields = fields;
        this.weight = 1 + fields.values().stream().mapToLong(Weights::of).sum();
    }

    @Override
    public long weight() {
        return weight;
    }

    @Override
    public Map<String, Object> value() {
        return fields;
    }

    @Override
    public boolean isZeroValue() {
        return fields.isEmpty();
    }

    @Override
    public CelType celType() {
        return SimpleType.DYN;
    }

    @Override
    public Object select(String field) {
        return find(field).orElseThrow(() -> new IllegalArgumentException("no such key: " + field));
    }

    @Override
    public Optional<Object> find(String field) {
        return Optional.ofNullable(fields.get(field));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StructObject struct && fields.equals(struct.fields);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(fields);
    }
}
