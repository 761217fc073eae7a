package dev.glovebox.controllers;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Deletes Secrets that are to hold a token of a service account that is gone: the half of
/// kube-controller-manager's tokens controller that takes credentials away. The other half, which
/// fills them with tokens that never end, is not here: TokenRequests give tokens.
public final class TokenSecretController implements AutoCloseable {
    private static final String TYPE = "kubernetes.io/service-account-token";
    private static final String NAME = "kubernetes.io/service-account.name";
    private static final String UID = "kubernetes.io/service-account.uid";

    private final Cluster cluster;
    private final Reflector<Secret> secrets;
    private final Reflector<ServiceAccount> accounts;
    private final ControlLoop<ObjectKey> loop;

    private TokenSecretController(Cluster cluster, Clock clock, Backoff backoff) {
        this.cluster = cluster;
        this.secrets =
                Reflector.start(cluster, Resource.SECRETS, Scope.fields("type=" + TYPE), backoff);
        this.accounts = Reflector.start(cluster, Resource.SERVICE_ACCOUNTS, Scope.ALL, backoff);
        this.loop =
                ControlLoop.<ObjectKey>named("tokens-controller", clock, backoff)
                        .follow(secrets, each -> account(each).stream())
                        .follow(accounts, each -> Stream.of(ObjectKey.of(each)))
                        .start(this::reconcile);
    }

    /// Starts it.
    ///
    /// @param cluster the API as `system:kube-controller-manager` sees it
    public static TokenSecretController start(Cluster cluster, Clock clock, Backoff backoff) {
        return new TokenSecretController(cluster, clock, backoff);
    }

    @Override
    public void close() {
        loop.close();
        secrets.close();
        accounts.close();
    }

    /// The account whose token a Secret is to hold.
    private static Optional<ObjectKey> account(Secret secret) {
        return annotation(secret, NAME)
                .map(name -> new ObjectKey(secret.getMetadata().getNamespace(), name));
    }

    private static Optional<String> annotation(Secret secret, String key) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations == null ? null : annotations.get(key))
                .filter(value -> !value.isEmpty());
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<String> uid =
                cluster.get(Resource.SERVICE_ACCOUNTS, key)
                        .map(account -> account.getMetadata().getUid());
        for (Secret secret : secrets.image().values()) {
            boolean asks = account(secret).filter(key::equals).isPresent();
            boolean another =
                    uid.isEmpty()
                            || annotation(secret, UID)
                                    .filter(own -> !own.equals(uid.get()))
                                    .isPresent();
            if (asks && another) {
                delete(secret);
            }
        }
        return new Outcome.Done();
    }

    private void delete(Secret secret) {
        DeleteOptions options =
                new DeleteOptions(Optional.empty(), Optional.of(secret.getMetadata().getUid()));
        try {
            cluster.delete(Resource.SECRETS, ObjectKey.of(secret), options);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.NOT_FOUND) {
                throw e;
            }
        }
    }
}
