package dev.glovebox.node.pull;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The credentials of a pod's Secrets by the repositories that they are for.
public final class Keyring {
    /// Most credentials that are answered for one repository: each may be an attempt at its
    /// registry.
    public static final int MOST = 32;

    private record Entry(RegistryKey key, List<SecretCredential> credentials) {}

    /// The greatest text first.
    private final Map<String, Entry> entries = new TreeMap<>(Comparator.reverseOrder());

    /// Without any.
    public Keyring() {}

    /// Adds what a Secret holds. False where it is broken; nothing of it is added then.
    public boolean add(Secret secret) {
        Optional<List<DockerConfig.Entry>> read = DockerConfig.read(secret);
        SecretCredential.Source source =
                new SecretCredential.Source(
                        secret.getMetadata().getNamespace(),
                        secret.getMetadata().getName(),
                        String.valueOf(secret.getMetadata().getUid()));
        for (DockerConfig.Entry entry : read.orElse(List.of())) {
            RegistryKey.parse(entry.key())
                    .ifPresent(key ->
                            entries.computeIfAbsent(
                                            key.text(), text -> new Entry(key, new ArrayList<>()))
                                    .credentials()
                                    .add(new SecretCredential(entry.credential(), source)));
        }
        return read.isPresent();
    }

    /// What there is for a repository, in the order in which it is to be tried: the key of the
    /// longer path first, and under one key by the order of the Secrets. At most [#MOST].
    ///
    /// @param repository in full, with its registry, for example `docker.io/library/busybox`
    public List<SecretCredential> credentials(String repository) {
        List<SecretCredential> found =
                entries.values().stream()
                        .filter(entry -> entry.key().matches(repository))
                        .flatMap(entry -> entry.credentials().stream())
                        .limit(MOST)
                        .toList();
        Entry docker = entries.get(RegistryKey.DEFAULT);
        if (found.isEmpty() && docker != null && repository.startsWith("docker.io/")) {
            return docker.credentials().stream().limit(MOST).toList();
        }
        return found;
    }
}
