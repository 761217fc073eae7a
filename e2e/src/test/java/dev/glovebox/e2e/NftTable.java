package dev.glovebox.e2e;

/// A table of nft's on the machine, by its family and name.
record NftTable(String family, String name) {
    /// One of both IPv4 and IPv6.
    static NftTable inet(String name) {
        return new NftTable("inet", name);
    }

    /// Does something while the table is not there, broken from outside; then it is as it was.
    void missing(Runnable meanwhile) {
        var saved = Command.of("nft", "list", "table", family, name).run().ok().out();
        try {
            Command.of("nft", "delete", "table", family, name).run().ok();
            meanwhile.run();
        } finally {
            Command.of("nft", "-f", "-")
                    .input(
                            "add table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(family, name)
                                    + saved)
                    .run()
                    .ok();
        }
    }
}
