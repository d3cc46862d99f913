package dev.tidemark.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority of its own and what it issues, as PEM files in a temporary directory, deleted on close; created with the running
 * JDK's keytool. Keys are readable for their owner only, as servers want it.
 */
public final class Certificates implements AutoCloseable {

    private static final char[] PASSWORD = "password".toCharArray();
    private static final String AUTHORITY = "authority";
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** The two files of something that was issued. */
    public record Issued(Path certificate, Path key) {}

    private final PostgresAccount account = PostgresAccount.choose();
    private final Path directory = Directories.temporary("tidemark-certificates");
    private final Path store = directory.resolve("store.p12");
    private final Path authority = directory.resolve("ca.pem");

    /** Creates a new authority. */
    public Certificates() {
        give(directory);
        keytool(
                "-genkeypair",
                "-alias",
                AUTHORITY,
                "-dname",
                "CN=Tidemark's tests",
                "-ext",
                "bc:c=ca:true",
                "-validity",
                "2");
        write(authority, "CERTIFICATE", List.of(encoded(AUTHORITY)));
    }

    /** Returns the authority's certificate. */
    public Path authority() {
        return authority;
    }

    /** Issues a certificate for a host, such as {@code ip:127.0.0.1} or {@code dns:db.internal}. */
    public Issued issue(String name, String host) {
        return issue(name, host, "-0d", "2");
    }

    /** Issues a certificate as {@link #issue} does, expired since yesterday. */
    public Issued issueExpired(String name, String host) {
        return issue(name, host, "-10d", "9");
    }

    private Issued issue(String name, String host, String from, String days) {
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-signer",
                AUTHORITY,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + host,
                "-startdate",
                from,
                "-validity",
                days);
        Issued issued = new Issued(directory.resolve(name + ".pem"), directory.resolve(name + ".key"));
        write(issued.certificate(), "CERTIFICATE", List.of(encoded(name)));
        write(issued.key(), "PRIVATE KEY", List.of(key(name)));
        return issued;
    }

    /** Writes another file alongside them, for their owner only. */
    public Path file(String name, String text) {
        Path file = directory.resolve(name);
        write(file, text);
        return file;
    }

    @Override
    public void close() {
        Directories.delete(directory);
    }

    private void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", new String(PASSWORD)));
        Command.Outcome outcome = Command.run(Duration.ofSeconds(60), command);
        if (!outcome.succeeded()) {
            throw new IllegalStateException("keytool failed: " + outcome.output());
        }
    }

    private byte[] encoded(String alias) {
        try {
            Certificate certificate = open().getCertificate(alias);
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] key(String alias) {
        try {
            Key key = open().getKey(alias, PASSWORD);
            return key.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore open() throws GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore opened = KeyStore.getInstance("PKCS12");
            opened.load(in, PASSWORD);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file, String kind, List<byte[]> blocks) {
        StringBuilder text = new StringBuilder();
        for (byte[] block : blocks) {
            text.append("-----BEGIN ").append(kind).append("-----\n");
            text.append(BASE64.encodeToString(block)).append('\n');
            text.append("-----END ").append(kind).append("-----\n");
        }
        write(file, text.toString());
    }

    private void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        give(file);
    }

    /** Servers that run as root read it all the same. */
    private void give(Path file) {
        try {
            account.giveDirectory(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
