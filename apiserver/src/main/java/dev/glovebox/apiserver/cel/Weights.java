package dev.glovebox.apiserver.cel;

import dev.cel.common.values.CelByteString;
import java.util.Collection;
import java.util.Map;

/// How much there is in a value: characters, items, fields, all the way down.
final class Weights {
    /// Where counting ends: more than any budget.
    private static final long MOST = 1L << 30;

    private Weights() {}

    static long of(Object value) {
        return of(value, 0);
    }

    /// How much there is in a list of whose objects nobody looks at the fields.
    static long shallow(Collection<?> list) {
        long sum = 1;
        for (Object item : list) {
            sum += item instanceof StructObject ? 1 : of(item, sum);
            if (sum > MOST) {
                break;
            }
        }
        return sum;
    }

    /// Shared parts count as often as they are met, so counting ends with [#MOST].
    private static long of(Object value, long before) {
        return switch (value) {
            case Weighted weighted -> weighted.weight();
            case String text -> 1L + text.length();
            case CelByteString bytes -> 1L + bytes.size();
            case Map<?, ?> map -> {
                long sum = 1;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    sum += of(entry.getKey(), before + sum) + of(entry.getValue(), before + sum);
                    if (before + sum > MOST) {
                        break;
                    }
                }
                yield sum;
            }
            case Collection<?> list -> {
                long sum = 1;
                for (Object item : list) {
                    sum += of(item, before + sum);
                    if (before + sum > MOST) {
                        break;
                    }
                }
                yield sum;
            }
            default -> 1;
        };
    }
}
