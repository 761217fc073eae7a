package dev.glovebox.apiserver;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreException;
import dev.glovebox.store.WriteWrapper;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store whose failed writes are refusals that a client can read: what is wrong and what mends
/// it, without the server's paths, which are in the log. Reads go on, and so do writes once the
/// disk has room again.
final class AnsweringStore extends WriteWrapper {
    private static final Logger LOG = LoggerFactory.getLogger(AnsweringStore.class);

    AnsweringStore(Store store) {
        super(store);
    }

    @Override
    protected WriteResult around(String key, Supplier<WriteResult> write) {
        try {
            return write.get();
        } catch (StoreException e) {
            LOG.atError().setCause(e).log("a write could not be made durable");
            throw new ApiException(
                    StatusReason.INTERNAL_ERROR,
                    "Internal error occurred: the store cannot write, nothing has changed: %s; %s"
                            .formatted(e.problem(), e.cure()));
        }
    }
}
