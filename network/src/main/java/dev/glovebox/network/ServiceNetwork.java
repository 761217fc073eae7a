package dev.glovebox.network;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/// The Services' own nft table. An engine that starts anew leaves the one that it finds until it
/// knows what is to be in it.
public final class ServiceNetwork {
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

    /// Lets exactly these Services lead somewhere.
    ///
    /// @throws NetworkException when that cannot be done; those before hold then
    public synchronized void apply(ServiceTable table) {
        String text = rules.replaceWith(table);
        if (!text.equals(applied)) {
            nft.apply(text);
            applied = text;
        }
    }

    /// Takes the table away.
    public synchronized void purge() {
        nft.apply(rules.remove());
        applied = "";
    }
}
