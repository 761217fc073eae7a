package dev.glovebox.controllers;

import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/// An object that every namespace has.
///
/// @param resource its kind
/// @param name its name, the same everywhere
/// @param make a new one: of a namespace and a name
/// @param mend what one that is there should be; itself where it is right
/// @param <T> its model
public record StandardObject<T extends HasMetadata>(
        Resource<T> resource,
        String name,
        BiFunction<String, String, T> make,
        UnaryOperator<T> mend) {
    private static final String DESCRIPTION =
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

    /// Refuses null parts.
    public StandardObject {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(make, "make");
        Objects.requireNonNull(mend, "mend");
    }

    /// The account of pods that name none. What somebody adds to it stays.
    public static StandardObject<ServiceAccount> defaultAccount() {
        return new StandardObject<>(
                Resource.SERVICE_ACCOUNTS,
                "default",
                (namespace, name) ->
                        new ServiceAccountBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .build(),
                account -> account);
    }

    /// The certificate by which pods know the API.
    ///
    /// @param certificates PEM
    public static StandardObject<ConfigMap> rootCertificate(String certificates) {
        Map<String, String> data = Map.of("ca.crt", certificates);
        return new StandardObject<>(
                Resource.CONFIG_MAPS,
                "kube-root-ca.crt",
                (namespace, name) ->
                        new ConfigMapBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .addToAnnotations("kubernetes.io/description", DESCRIPTION)
                                .endMetadata()
                                .withData(data)
                                .build(),
                map ->
                        data.equals(map.getData())
                                ? map
                                : new ConfigMapBuilder(map).withData(data).build());
    }
}
