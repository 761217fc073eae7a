package dev.glovebox.controllers;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/// A cluster with a kind that nobody can list for now, as one whose converter is gone.
final class Unreadable {
    private Unreadable() {}

    static Cluster of(Cluster cluster, Resource<?> kind, AtomicBoolean now) {
        return (Cluster)
                Proxy.newProxyInstance(
                        Cluster.class.getClassLoader(),
                        new Class<?>[] {Cluster.class},
                        (proxy, method, arguments) -> {
                            if (now.get()
                                    && method.getName().equals("list")
                                    && arguments[0].equals(kind)) {
                                throw new ApiException(StatusReason.UNKNOWN, "no converter");
                            }
                            try {
                                return method.invoke(cluster, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
