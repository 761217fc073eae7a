package dev.glovebox.apiserver.pki;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/// The key by which tokens of service accounts are signed, kept as a JSON web key in one file that
/// its owner alone may read.
public final class TokenKey {
    private static final String NAME = "service-account.jwk";

    private TokenKey() {}

    /// Reads the key of a directory, and makes it where there is none: then every token that was
    /// issued before is void.
    ///
    /// @throws PkiException when the file is damaged or the directory cannot be used
    public static ECKey open(Path directory) {
        PrivateFiles.makeDirectory(directory);
        Path file = directory.resolve(NAME);
        if (Files.exists(file)) {
            return read(file);
        }
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
            PrivateFiles.write(file, key.toJSONString());
            return key;
        } catch (JOSEException e) {
            throw new IllegalStateException("a JDK without elliptic curves", e);
        }
    }

    private static ECKey read(Path file) {
        try {
            return ECKey.parse(PrivateFiles.read(file));
        } catch (ParseException e) {
            throw new PkiException(
                    file,
                    "is damaged",
                    "remove it, and it is made anew at the next start; service accounts then need"
                            + " new tokens",
                    e);
        }
    }
}
