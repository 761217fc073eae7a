package dev.glovebox.network;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a test says that policies say; of pods that it does not speak of nothing binds them.
final class SaidPolicies implements PolicySource {
    private final Map<String, PodRules> rules = new TreeMap<>();

    void put(String uid, PodRules said) {
        rules.put(uid, said);
    }

    void clear() {
        rules.clear();
    }

    @Override
    public void await(String uid) {
        rules.putIfAbsent(uid, PodRules.OPEN);
    }

    @Override
    public Optional<PodRules> rules(String uid) {
        return Optional.ofNullable(rules.get(uid));
    }
}
