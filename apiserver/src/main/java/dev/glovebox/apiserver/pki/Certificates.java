package dev.glovebox.apiserver.pki;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes and judges X.509 certificates. BouncyCastle builds them, the JDK's own providers sign.
///
/// Keys are of P-256, but those of clients, which go into kubeconfigs, are RSA's: fabric8's client
/// reads no other key without further libraries.
final class Certificates {
    private static final String CURVE = "secp256r1";
    private static final String ALGORITHM = "SHA256withECDSA";
    private static final int RSA_BITS = 2048;
    private static final int SERIAL_BITS = 127;

    /// A clock of another machine may be behind ours.
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final X500Name AUTHORITY = new X500Name("CN=glovebox");

    private Certificates() {}

    /// A new authority, signed by itself.
    static Credentials authority(Duration life, Clock clock) {
        try {
            KeyPair pair = keyPair();
            X509v3CertificateBuilder builder =
                    builder(AUTHORITY, AUTHORITY, pair.getPublic(), life, clock.instant());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(
                                    KeyUsage.keyCertSign
                                            | KeyUsage.cRLSign
                                            | KeyUsage.digitalSignature));
            return new Credentials(signed(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this JDK cannot make certificates", e);
        }
    }

    /// A new certificate and key, signed by the authority.
    static Credentials issue(Credentials authority, Subject subject, Duration life, Clock clock) {
        try {
            KeyPair pair =
                    subject.purpose().equals(KeyPurposeId.id_kp_clientAuth)
                            ? rsaKeyPair()
                            : keyPair();
            X509v3CertificateBuilder builder =
                    builder(AUTHORITY, subject.name(), pair.getPublic(), life, clock.instant());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(subject.purpose()))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils()
                                    .createAuthorityKeyIdentifier(
                                            authority.certificate().getPublicKey()));
            if (subject.alternatives().length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(subject.alternatives()));
            }
            return new Credentials(signed(builder, authority.key()), pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this JDK cannot make certificates", e);
        }
    }

    /// Whether the certificate is valid now and for some time to come.
    static boolean endures(Credentials held, Instant now, Duration margin) {
        return !now.isBefore(held.certificate().getNotBefore().toInstant())
                && now.plus(margin).isBefore(held.certificate().getNotAfter().toInstant());
    }

    /// Whether the authority signed the certificate.
    static boolean issuedBy(Credentials held, Credentials authority) {
        try {
            held.certificate().verify(authority.certificate().getPublicKey());
            return true;
        } catch (CertificateException | SignatureException | InvalidKeyException foreign) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot verify certificates", e);
        }
    }

    /// Whether the key is the certificate's.
    static boolean belong(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] probe = new byte[32];
            boolean rsa = key.getAlgorithm().equals("RSA");
            Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : ALGORITHM);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException other) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign", e);
        }
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE));
        return generator.generateKeyPair();
    }

    private static KeyPair rsaKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator.generateKeyPair();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Duration life, Instant now)
            throws GeneralSecurityException, CertIOException {
        return new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
                        Date.from(now.minus(BACKDATED)),
                        Date.from(now.plus(life)),
                        subject,
                        key)
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, CertificateException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    }
}
