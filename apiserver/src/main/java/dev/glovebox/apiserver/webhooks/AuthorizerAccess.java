package dev.glovebox.apiserver.webhooks;

import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.ServiceAccounts;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.cel.Access;
import java.util.Map;

/// What an authorizer says about a user, as conditions ask for it.
record AuthorizerAccess(Authorizer authorizer, User user) implements Access {
    @Override
    public boolean allows(ResourceCheck check, String verb) {
        return authorizer.allows(
                new RequestAttributes(
                        user,
                        verb,
                        check.group(),
                        check.resource(),
                        check.subresource(),
                        check.namespace(),
                        check.name()));
    }

    @Override
    public boolean allowsPath(String path, String verb) {
        return authorizer.allowsPath(user, verb, path);
    }

    @Override
    public Access of(String namespace, String name) {
        return new AuthorizerAccess(
                authorizer, ServiceAccounts.user(namespace, name, "", Map.of()));
    }
}
