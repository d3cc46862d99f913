package dev.tidemark.connector.mysql.connection;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.files.PrivateFiles;
import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.KeyDirectories;
import dev.tidemark.connector.tls.PemException;
import dev.tidemark.connector.tls.Tls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files of the configuration as key stores, because neither the driver nor Debezium's binlog client reads anything else.
 * They are in a directory of their own among the machine's temporary files ({@link KeyDirectories}), readable for us only; the
 * password that protects the key is generated here and stored nowhere else. Created when they are first needed, and again if the
 * PEM files were renewed or the directory was cleaned up. Thread-safe.
 */
final class KeyStores {

    private static final String CA = "ca.p12";
    private static final String IDENTITY = "identity.p12";

    private final @Nullable Tls tls;
    private final String password;
    private final Map<String, List<Certificate>> written = new HashMap<>();
    private @Nullable Path directory;

    KeyStores(@Nullable Tls tls) {
        this.tls = tls;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.password = HexFormat.of().formatHex(random);
    }

    /**
     * Returns Debezium's properties that make every connection verify the server; none if nothing is configured.
     *
     * @throws SourceException if the files cannot be written, or a configured one cannot be used; it is retryable, since a
     *     certificate and its key are renewed one after the other
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
        } catch (PemException e) {
            throw SourceException.retryable(e.found(), e.hint(), e);
        } catch (IOException | GeneralSecurityException e) {
            throw SourceException.retryable(
                    "no key store can be written to " + System.getProperty("java.io.tmpdir") + ": " + e,
                    "let the service's user write there, or name another directory with -Djava.io.tmpdir in JAVA_OPTS",
                    e);
        }
    }

    private String file(String name, KeyStore store) throws IOException, GeneralSecurityException {
        Path home = directory;
        if (home == null || !Files.isDirectory(home)) {
            home = KeyDirectories.create();
            directory = home;
        }
        Path file = home.resolve(name);
        List<Certificate> content = certificates(store);
        if (!content.equals(written.get(name)) || !Files.exists(file)) {
            Path next = home.resolve(name + ".new");
            try (OutputStream out = Channels.newOutputStream(PrivateFiles.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING))) {
                store.store(out, password.toCharArray());
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE); // others may be reading it
            file.toFile().deleteOnExit();
            written.put(name, content);
        }
        return file.toString();
    }

    /**
     * Returns the certificates by which a store is compared with another one: a key belongs to its certificate, so they also show
     * a different key.
     */
    private static List<Certificate> certificates(KeyStore store) throws KeyStoreException {
        List<Certificate> all = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Certificate[] chain = store.getCertificateChain(alias);
            all.addAll(chain == null ? List.of(store.getCertificate(alias)) : List.of(chain));
        }
        return all;
    }
}
