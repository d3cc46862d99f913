package dev.tidemark.connector.mysql;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Tls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of the configuration as key stores, because neither the driver nor Debezium's binlog client reads anything else. They
 * lie in a folder of their own among the machine's temporary files, readable for us only, and end with the process; the password
 * that protects the key is made up here and stands nowhere else. Made when they are first needed, and again where somebody tidied
 * up. Thread-safe.
 */
final class KeyStores {

    private static final String CA = "ca.p12";
    private static final String IDENTITY = "identity.p12";

    private final @Nullable Tls tls;
    private final String password;
    private @Nullable Path folder;

    KeyStores(@Nullable Tls tls) {
        this.tls = tls;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
    }

    /**
     * Debezium's properties that make every connection verify the server; none where nothing is configured.
     *
     * @throws SourceException where the files cannot be written
     * @throws dev.tidemark.connector.tls.PemException where a configured one cannot be used
     */
    synchronized Map<String, String> properties() {
        if (tls == null) {
            return Map.of();
        }
        try {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put(DriverProperties.SSL_MODE, "verify_identity");
            properties.put("database.ssl.truststore", file(CA, tls.authorities()));
            properties.put("database.ssl.truststore.password", password);
            Identity identity = tls.identity();
            if (identity != null) {
                properties.put("database.ssl.keystore", file(IDENTITY, identity.keyStore(password.toCharArray())));
                properties.put("database.ssl.keystore.password", password);
            }
            return properties;
        } catch (IOException | GeneralSecurityException e) {
            throw new SourceException(
                    "no key store can be written to " + System.getProperty("java.io.tmpdir") + ": " + e,
                    "let the service's user write there, or name another folder with -Djava.io.tmpdir in JAVA_OPTS",
                    true,
                    e);
        }
    }

    private String file(String name, KeyStore store) throws IOException, GeneralSecurityException {
        Path home = folder;
        if (home == null || !Files.isDirectory(home)) {
            home = Files.createTempDirectory("tidemark-tls"); // for its owner only
            home.toFile().deleteOnExit();
            folder = home;
        }
        Path file = home.resolve(name);
        if (!Files.exists(file)) {
            Path written = home.resolve(name + ".new");
            try (OutputStream out = Files.newOutputStream(written)) {
                store.store(out, password.toCharArray());
            }
            Files.move(written, file);
            file.toFile().deleteOnExit();
        }
        return file.toString();
    }
}
