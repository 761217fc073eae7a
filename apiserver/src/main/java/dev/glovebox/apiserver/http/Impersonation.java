package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.http.Headers;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Lets somebody speak in another's name who has the verb `impersonate` on it. Source: apiserver's
/// impersonation filter; the headers `Impersonate-User`, `-Group`, `-Uid` and `-Extra-KEY`.
final class Impersonation {
    private static final String PREFIX = "impersonate-";
    private static final String EXTRA = PREFIX + "extra-";
    private static final String ACCOUNT = "system:serviceaccount:";

    private final Authorizer authorizer;

    Impersonation(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /// The user in whose name a request is made.
    ///
    /// @throws ApiException reason `Forbidden` when the asker may not speak for them
    User of(User asker, Headers headers) {
        Optional<String> name = headers.first("Impersonate-User");
        List<String> groups = new ArrayList<>();
        Map<String, List<String>> extra = new TreeMap<>();
        boolean more = false;
        for (var header : headers.all()) {
            String key = header.name().toLowerCase(Locale.ROOT);
            more |= key.startsWith(PREFIX);
            if (key.equals(PREFIX + "group")) {
                groups.add(header.value());
            } else if (key.startsWith(EXTRA)) {
                String field =
                        URLDecoder.decode(key.substring(EXTRA.length()), StandardCharsets.UTF_8);
                extra.computeIfAbsent(field, any -> new ArrayList<>()).add(header.value());
            }
        }
        if (!more) {
            return asker;
        }
        if (name.isEmpty()) {
            throw new ApiException(
                    StatusReason.INTERNAL_ERROR,
                    "Internal error occurred: requested without impersonating a user");
        }
        String uid = headers.first("Impersonate-Uid").orElse("");
        check(asker, name.get(), uid, groups, extra);
        return new User(name.get(), uid, completed(name.get(), groups), extra);
    }

    private void check(
            User asker,
            String name,
            String uid,
            List<String> groups,
            Map<String, List<String>> extra) {
        if (name.startsWith(ACCOUNT)) {
            String[] parts = name.substring(ACCOUNT.length()).split(":", 2);
            String account = parts.length > 1 ? parts[1] : "";
            require(asker, "", "serviceaccounts", "", parts[0], account);
        } else {
            require(asker, "", "users", "", "", name);
        }
        groups.forEach(group -> require(asker, "", "groups", "", "", group));
        if (!uid.isEmpty()) {
            require(asker, "authentication.k8s.io", "uids", "", "", uid);
        }
        extra.forEach((key, values) ->
                values.forEach(value ->
                        require(asker, "authentication.k8s.io", "userextras", key, "", value)));
    }

    private void require(
            User asker,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name) {
        RequestAttributes request =
                new RequestAttributes(
                        asker, "impersonate", group, resource, subresource, namespace, name);
        if (!authorizer.allows(request)) {
            throw request.refusal();
        }
    }

    /// Everybody who has a name belongs to those who were authenticated.
    private static List<String> completed(String name, List<String> groups) {
        List<String> all = new ArrayList<>(groups);
        if (name.startsWith(ACCOUNT) && groups.isEmpty()) {
            all.add("system:serviceaccounts");
            all.add("system:serviceaccounts:" + name.substring(ACCOUNT.length()).split(":", 2)[0]);
        }
        String status =
                name.equals(User.ANONYMOUS.name()) ? User.UNAUTHENTICATED : User.AUTHENTICATED;
        if (!all.contains(status)) {
            all.add(status);
        }
        return all;
    }
}
