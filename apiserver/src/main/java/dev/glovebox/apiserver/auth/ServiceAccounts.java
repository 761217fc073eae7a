package dev.glovebox.apiserver.auth;

import java.util.List;
import java.util.Map;

/// Service accounts as users. Source: apiserver's `authentication/serviceaccount`.
public final class ServiceAccounts {
    private static final String PREFIX = "system:serviceaccount:";
    private static final String GROUP = "system:serviceaccounts";

    private ServiceAccounts() {}

    /// The user that an account is: `system:serviceaccount:NAMESPACE:NAME`.
    public static String userName(String namespace, String name) {
        return PREFIX + namespace + ":" + name;
    }

    /// The user that an account is, with its groups.
    public static User user(
            String namespace, String name, String uid, Map<String, List<String>> extra) {
        return new User(
                userName(namespace, name),
                uid,
                List.of(GROUP, GROUP + ":" + namespace, User.AUTHENTICATED),
                extra);
    }

    /// A controller of the engine as the service account that Kubernetes' roles know.
    public static User controller(String name) {
        return user("kube-system", name, "", Map.of());
    }
}
