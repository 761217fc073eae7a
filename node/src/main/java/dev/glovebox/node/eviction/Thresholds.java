package dev.glovebox.node.eviction;

import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// How much of each has to stay free, or pods leave at once (the kubelet's `evictionHard`).
///
/// @param amounts by signal; one that is not there may be used up
public record Thresholds(Map<Signal, Amount> amounts) {
    /// The kubelet's own.
    public static final Thresholds DEFAULT =
            parse(
                    "memory.available<100Mi,nodefs.available<10%,nodefs.inodesFree<5%,"
                            + "imagefs.available<15%,imagefs.inodesFree<5%");

    private static final double WHOLE = 100;

    /// Copies.
    public Thresholds {
        amounts = Map.copyOf(amounts);
    }

    /// An amount, or a part of whatever there is.
    public sealed interface Amount {
        /// A number of bytes, inodes or processes.
        record Fixed(Quantity quantity) implements Amount {}

        /// A part of the capacity, between 0 and 1.
        record Part(double share) implements Amount {}
    }

    /// What a list such as `memory.available<100Mi,nodefs.available<10%` says. Signals that it does
    /// not name may be used up, as with the kubelet.
    ///
    /// @throws IllegalArgumentException where it cannot be understood, with a sentence for a person
    public static Thresholds parse(String text) {
        Map<Signal, Amount> amounts = new EnumMap<>(Signal.class);
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String[] words = part.strip().split("<", 2);
            Optional<Signal> signal = Signal.parse(words[0]);
            if (words.length != 2 || signal.isEmpty()) {
                throw new IllegalArgumentException(
                        "wants a signal and what has to stay free of it, as in"
                                + " memory.available<100Mi,nodefs.available<10%, not \""
                                + part.strip()
                                + "\"");
            }
            amounts.put(signal.get(), amount(words[1]));
        }
        return new Thresholds(amounts);
    }

    private static Amount amount(String text) {
        if (!text.endsWith("%")) {
            Quantity quantity = Quantity.parse(text);
            if (quantity.getNumericalAmount().signum() < 0) {
                throw new IllegalArgumentException("wants no less than nothing, not " + text);
            }
            return new Amount.Fixed(quantity);
        }
        double percent = Double.parseDouble(text.substring(0, text.length() - 1));
        if (!(percent >= 0 && percent <= WHOLE)) {
            throw new IllegalArgumentException("wants 0% to 100%, not " + text);
        }
        return new Amount.Part(percent / WHOLE);
    }

    /// What has to stay free of a capacity; 0 where all of it may be used.
    public long of(Signal signal, long capacity) {
        return switch (amounts.get(signal)) {
            case Amount.Fixed(var quantity) -> Amounts.whole(quantity);
            case Amount.Part(double share) -> (long) (capacity * share);
            case null -> 0;
        };
    }

    /// The same as a message tells it.
    String told(Signal signal, long capacity) {
        return amounts.get(signal) instanceof Amount.Fixed(var quantity)
                ? Bytes.text(quantity)
                : told(signal.resource(), of(signal, capacity));
    }

    /// A number of something: bytes are told in binary units.
    static String told(String resource, long number) {
        return resource.equals("inodes") || resource.equals("pids")
                ? Long.toString(number)
                : Bytes.binary(number);
    }
}
