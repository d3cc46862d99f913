package dev.tidemark.connector.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM: blocks of base64 between lines that name their kind, and any text around them. */
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final long LARGEST = 4L << 20;

    private Pem() {}

    /**
     * Returns all certificates of a file, in its order.
     *
     * @throws PemException if it cannot be read, there are none, or all of them have expired
     */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> all = new ArrayList<>();
        Matcher block = BLOCK.matcher(read(file));
        while (block.find()) {
            if (block.group(1).endsWith("CERTIFICATE")) {
                all.add(certificate(file, block.group(2)));
            }
        }
        if (all.isEmpty()) {
            throw new PemException(
                    "there is no certificate in " + file,
                    "give a PEM file: text with '-----BEGIN CERTIFICATE-----' in it",
                    null);
        }
        Instant now = Instant.now();
        if (all.stream().allMatch(one -> one.getNotAfter().toInstant().isBefore(now))) {
            throw new PemException(
                    "the certificate in " + file + " expired on "
                            + all.get(0).getNotAfter().toInstant(),
                    "give the one that replaced it",
                    null);
        }
        return all;
    }

    /**
     * Returns the private key of a file.
     *
     * @throws PemException if it cannot be read, or is of another form than PKCS #8 without a password
     */
    static PrivateKey privateKey(Path file) {
        Matcher block = BLOCK.matcher(read(file));
        Optional<String> other = Optional.empty();
        while (block.find()) {
            if (block.group(1).equals("PRIVATE KEY")) {
                return privateKey(file, block.group(2));
            }
            other = other.or(() -> Optional.of(block.group(1)).filter(name -> name.endsWith("PRIVATE KEY")));
        }
        throw new PemException(
                other.map(name -> "the key in " + file + " is of the form '" + name + "'")
                        .orElse("there is no private key in " + file),
                "give 'BEGIN PRIVATE KEY' (PKCS #8, no password): openssl pkcs8 -topk8 -nodes -in old.pem -out new.pem",
                null);
    }

    private static X509Certificate certificate(Path file, String base64) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der(base64)));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new PemException("a certificate in " + file + " is damaged", "copy the full file again", e);
        }
    }

    /** Decodes a key. The encoding names its algorithm, but the JDK requires it beforehand, so each is tried. */
    private static PrivateKey privateKey(Path file, String base64) {
        try {
            PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der(base64));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
                } catch (InvalidKeySpecException e) {
                    // it is of another one
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // reported below, without anything of the key (invariant 8)
        }
        throw new PemException(
                "the private key in " + file + " is damaged, or neither EC, RSA nor Ed25519",
                "copy the full file again, or create another key",
                null);
    }

    private static byte[] der(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new PemException(file + " is too large for PEM", "give the certificate's file", null);
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new PemException(
                    "there is no file " + file,
                    "correct the path; it is relative to the configuration file's directory",
                    e);
        } catch (IOException e) {
            throw new PemException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + ")",
                    "let the service's user read it",
                    e);
        }
    }
}
