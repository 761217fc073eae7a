package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pods of checks that an engine of before did not come to remove: nobody waits for them, and
/// some of them share the host's kernel.
final class LeftChecks {
    private static final Logger LOG = LoggerFactory.getLogger(LeftChecks.class);

    private LeftChecks() {}

    /// Has them removed. An API that refuses is told of in the log: such pods have a deadline.
    static void remove(Cluster administrator) {
        for (String namespace : List.of(Names.CHECK_NAMESPACE, Names.TRUSTED_CHECK_NAMESPACE)) {
            try {
                Scope scope = new Scope(namespace, "", "");
                administrator
                        .list(Resource.PODS, scope)
                        .items()
                        .forEach(pod -> remove(administrator, pod));
            } catch (ApiException e) {
                LOG.atError()
                        .addKeyValue("namespace", namespace)
                        .setCause(e)
                        .log("what checks of before left could not be removed");
            }
        }
    }

    private static void remove(Cluster administrator, Pod pod) {
        LOG.atInfo()
                .addKeyValue("pod", ObjectKey.of(pod))
                .log("removing the pod of a check of before");
        administrator.delete(Resource.PODS, ObjectKey.of(pod), DeleteOptions.DEFAULT);
    }
}
