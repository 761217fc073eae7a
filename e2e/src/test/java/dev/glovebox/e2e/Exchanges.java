package dev.glovebox.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Asks an engine what a real kube-apiserver was asked, and compares the answers.
final class Exchanges {
    static final Path DIRECTORY = Path.of("exchanges").toAbsolutePath();

    private final Engine engine;
    private final String server;
    private final Path place;
    private final Map<String, Path> users = new TreeMap<>();

    /// @param place where the cases are, and beside them what was answered
    Exchanges(Engine engine, Path place) {
        this.engine = engine;
        this.server = engine.status().required("api").textValue();
        this.place = place;
        var pki = engine.dataDirectory().resolve("pki");
        users.put("admin", pki.resolve("admin"));
        for (var user : List.of("alice", "bob")) {
            users.put(user, certificate(user, pki));
        }
    }

    /// A client certificate of the engine's authority, for somebody who may do nothing.
    private Path certificate(String user, Path pki) {
        var own = engine.dataDirectory().resolveSibling(user);
        Command.of("openssl", "req", "-new", "-nodes", "-newkey", "ec")
                .and("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=%s".formatted(user))
                .and("-keyout", own + ".key", "-out", own + ".csr")
                .run()
                .ok();
        Command.of("openssl", "x509", "-req", "-in", own + ".csr", "-days", "1")
                .and("-CA", pki.resolve("ca.crt").toString())
                .and("-CAkey", pki.resolve("ca.key").toString())
                .and("-CAcreateserial", "-out", own + ".crt")
                .run()
                .ok();
        return own;
    }

    /// Asks all of an area.
    Ran ask(String area) {
        var program = DIRECTORY.resolve("exchanges.py").toString();
        var line = new ArrayList<>(List.of("python3", program, "check"));
        line.addAll(List.of("--server", server));
        line.addAll(List.of("--ca", engine.dataDirectory().resolve("pki/ca.crt").toString()));
        users.forEach((user, own) -> {
            line.add("--cert-map");
            line.add("%s=%s.crt,%s.key".formatted(user, own, own));
        });
        line.addAll(List.of("--patience", "20", "cases/%s.json".formatted(area)));
        return Command.of(line).in(place).within(Duration.ofMinutes(3)).run();
    }
}
