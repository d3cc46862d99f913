package dev.tidemark.connector.mysql.connection;

import com.mysql.cj.conf.PropertyDefinition;
import com.mysql.cj.conf.PropertyDefinitions;
import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.exceptions.CJException;
import dev.tidemark.connector.base.engine.DriverPrefixes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The driver's properties as Debezium makes them of its own, so that our connections use the TLS and such that its
 * connections use.
 */
public final class DriverProperties {

    /** Debezium's name for the way a connection is protected: {@code disabled}, {@code preferred}, {@code required}, ... */
    public static final String SSL_MODE = "database.ssl.mode";

    private static final String SSL_PREFIX = "database.ssl.";

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

    /**
     * Returns the driver's properties for the further Debezium properties of a configuration, with its defaults for that host.
     */
    static Map<String, String> of(String host, Map<String, String> debezium) {
        Map<String, String> properties = new HashMap<>();
        properties.put("sslMode", "PREFERRED");
        // Without TLS a new caching_sha2_password login needs the server's key.
        properties.put(PublicKeys.RETRIEVAL, String.valueOf(PublicKeys.isLoopback(host)));
        properties.put("characterEncoding", "UTF-8");
        properties.put("tcpKeepAlive", "true");
        for (String prefix : DriverPrefixes.ALL) { // Debezium's order: "driver." wins
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

    /** Returns what is wrong with values of the driver, by property; the driver checks them only when it connects. */
    public static Map<String, String> wrong(Map<String, String> debezium) {
        return DriverPrefixes.wrong(debezium, (name, value) -> {
            PropertyDefinition<?> known = PropertyDefinitions.getPropertyDefinition(PropertyKey.fromValue(name));
            if (known != null) {
                try {
                    known.parseObject(value, null);
                } catch (CJException e) {
                    return String.valueOf(e.getMessage());
                }
            }
            return null;
        });
    }

    private static String spelled(String name, String value) {
        if (name.equals("sslMode")) {
            return value.strip().toUpperCase(Locale.ROOT);
        }
        return name.endsWith("Url") ? "file:" + value : value;
    }
}
