package dev.glovebox.apiserver;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store whose failed writes are refusals that a client can read: what is wrong and what mends
/// it, without the server's paths, which are in the log. Reads go on, and so do writes once the
/// disk has room again.
record AnsweringStore(Store store) implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(AnsweringStore.class);

    @Override
    public Image image() {
        return store.image();
    }

    @Override
    public Image image(long revision) {
        return store.image(revision);
    }

    @Override
    public WriteResult put(String key, long expected, byte[] value) {
        return answered(() -> store.put(key, expected, value));
    }

    @Override
    public WriteResult delete(String key, long expected, byte[] lastState) {
        return answered(() -> store.delete(key, expected, lastState));
    }

    @Override
    public EventStream watch(String prefix, long revision) {
        return store.watch(prefix, revision);
    }

    @Override
    public void close() {
        store.close();
    }

    private static WriteResult answered(Supplier<WriteResult> write) {
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
