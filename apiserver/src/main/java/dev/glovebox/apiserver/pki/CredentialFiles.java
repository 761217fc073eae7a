package dev.glovebox.apiserver.pki;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/// Certificates and keys as `NAME.crt` and `NAME.key` of one directory.
final class CredentialFiles {
    private final Path directory;

    private CredentialFiles(Path directory) {
        this.directory = directory;
    }

    static CredentialFiles in(Path directory) {
        PrivateFiles.makeDirectory(directory);
        return new CredentialFiles(directory);
    }

    /// What is kept under that name; empty if nothing is, or only half of it, as after a crash
    /// between the two files.
    ///
    /// @throws PkiException when a file is damaged
    Optional<Credentials> read(String name) {
        Path certificate = certificate(name);
        Path key = key(name);
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return Optional.empty();
        }
        Credentials held =
                new Credentials(parse(certificate, Pem::certificate), parse(key, Pem::key));
        // A crash between the two files of a renewal leaves a pair that does not match.
        return Certificates.belong(held.key(), held.certificate())
                ? Optional.of(held)
                : Optional.empty();
    }

    void write(String name, Credentials credentials) {
        PrivateFiles.write(key(name), Pem.of(credentials.key()));
        PrivateFiles.write(certificate(name), Pem.of(credentials.certificate()));
    }

    private static <T> T parse(Path file, Parser<T> parser) {
        try {
            return parser.parse(PrivateFiles.read(file));
        } catch (GeneralSecurityException e) {
            throw new PkiException(
                    file, "is damaged", "remove it, and it is made anew at the next start", e);
        }
    }

    private Path certificate(String name) {
        return directory.resolve(name + ".crt");
    }

    private Path key(String name) {
        return directory.resolve(name + ".key");
    }

    private interface Parser<T> {
        T parse(String pem) throws GeneralSecurityException;
    }
}
