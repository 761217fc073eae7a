package dev.glovebox.network;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Services' own nft table. An engine that starts anew leaves the one that it finds until it
/// knows what is to be in it.
public final class ServiceNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNetwork.class);

    private final ServiceRules rules;
    private final Nft nft;

    @GuardedBy("this")
    private String applied = "";

    /// The table that those rules describe.
    public ServiceNetwork(ServiceRules rules, Nft nft) {
        this.rules = rules;
        this.nft = nft;
    }

    /// Puts an empty table in place where there is none.
    public synchronized void start() {
        if (!nft.tables().contains(rules.table())) {
            nft.apply(rules.replaceWith(ServiceTable.NONE));
        }
    }

    /// Lets exactly these Services lead somewhere. A port that nft does not take is left out, and
    /// refused to whoever asks for it: it is nobody else's affair.
    ///
    /// @throws NetworkException when nft does not even take an empty table; those before hold then
    public synchronized void apply(ServiceTable table) {
        String text = rules.replaceWith(table);
        if (text.equals(applied)) {
            return;
        }
        try {
            nft.apply(text);
        } catch (NetworkException e) {
            nft.apply(rules.replaceWith(new ServiceTable(taken(table.ports(), e))));
        }
        applied = text;
    }

    /// Those that nft takes of what it does not take together, found by halves.
    private List<ServiceTable.Port> taken(List<ServiceTable.Port> ports, NetworkException cause) {
        if (refusal(List.of()).isPresent()) {
            throw cause;
        }
        List<ServiceTable.Port> taken = new ArrayList<>();
        Deque<List<ServiceTable.Port>> parts = new ArrayDeque<>(List.of(ports));
        while (!parts.isEmpty()) {
            List<ServiceTable.Port> part = parts.pop();
            Optional<NetworkException> refusal = refusal(part);
            if (refusal.isEmpty()) {
                taken.addAll(part);
            } else if (part.size() > 1) {
                halves(part).reversed().forEach(parts::push);
            } else {
                LOG.atError()
                        .addKeyValue("port", part.getFirst().name())
                        .setCause(refusal.get())
                        .log("a port of a Service is left out");
            }
        }
        return taken;
    }

    private static List<List<ServiceTable.Port>> halves(List<ServiceTable.Port> ports) {
        int middle = ports.size() / 2;
        return List.of(ports.subList(0, middle), ports.subList(middle, ports.size()));
    }

    private Optional<NetworkException> refusal(List<ServiceTable.Port> ports) {
        try {
            nft.check(rules.replaceWith(new ServiceTable(ports)));
            return Optional.empty();
        } catch (NetworkException e) {
            return Optional.of(e);
        }
    }

    /// Takes the table away.
    public synchronized void purge() {
        nft.apply(rules.remove());
        applied = "";
    }
}
