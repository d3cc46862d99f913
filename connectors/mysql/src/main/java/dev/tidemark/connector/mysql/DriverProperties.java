package dev.tidemark.connector.mysql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The driver's properties as Debezium makes them of its own, so that our connections use the TLS and such that its
 * connections use.
 */
final class DriverProperties {

    /** How Debezium names the way a connection is protected: {@code disabled}, {@code preferred}, {@code required}, ... */
    static final String SSL_MODE = "database.ssl.mode";

    private static final String SSL_PREFIX = "database.ssl.";
    private static final String[] PREFIXES = {"database.", "driver."};

    private static final Map<String, String> SSL = Map.of(
            SSL_MODE,
            "sslMode",
            "database.ssl.truststore",
            "trustCertificateKeyStoreUrl",
            "database.ssl.truststore.password",
            "trustCertificateKeyStorePassword",
            "database.ssl.keystore",
            "clientCertificateKeyStoreUrl",
            "database.ssl.keystore.password",
            "clientCertificateKeyStorePassword");

    private DriverProperties() {}

    /** What the further Debezium properties of a configuration mean for the driver, with its defaults. */
    static Map<String, String> of(Map<String, String> debezium) {
        Map<String, String> properties = new HashMap<>();
        properties.put("sslMode", "PREFERRED");
        // Without TLS a new caching_sha2_password login needs the server's key; the binlog client asks for it as well.
        properties.put("allowPublicKeyRetrieval", "true");
        properties.put("characterEncoding", "UTF-8");
        properties.put("tcpKeepAlive", "true");
        for (String prefix : PREFIXES) { // Debezium's order: "driver." wins
            debezium.forEach((key, value) -> {
                if (key.startsWith(prefix) && !key.startsWith(SSL_PREFIX)) {
                    properties.put(key.substring(prefix.length()), value);
                }
            });
        }
        debezium.forEach((key, value) -> {
            String name = SSL.get(key);
            if (name != null) {
                properties.put(name, spelled(name, value));
            }
        });
        return properties;
    }

    private static String spelled(String name, String value) {
        if (name.equals("sslMode")) {
            return value.strip().toUpperCase(Locale.ROOT);
        }
        return name.endsWith("Url") ? "file:" + value : value;
    }
}
