package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.tls.Identity;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * Factory of the driver's encrypted connections, ours and Debezium's alike. The driver's own factory reads the same properties,
 * but a private key only from files whose names end in certain ways, and reports less of what is wrong with them. The driver
 * verifies the host's name itself, with any factory.
 */
public final class PemSocketFactory extends WrappedFactory {

    private static final String CA = "sslrootcert";
    private static final String CERTIFICATE = "sslcert";
    private static final String KEY = "sslkey";

    /**
     * Creates a factory; the driver does so for each connection.
     *
     * @param properties of the connection
     * @throws dev.tidemark.connector.tls.PemException if a file cannot be used
     */
    public PemSocketFactory(Properties properties) {
        String certificate = properties.getProperty(CERTIFICATE);
        Identity identity =
                certificate == null ? null : new Identity(Path.of(certificate), Path.of(properties.getProperty(KEY)));
        factory =
                new Tls(Path.of(properties.getProperty(CA)), identity).context().getSocketFactory();
    }

    /** Returns Debezium's properties that make every connection verify the server; empty if nothing is configured. */
    public static Map<String, String> properties(@Nullable Tls tls) {
        if (tls == null) {
            return Map.of();
        }
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("database.sslmode", "verify-full");
        properties.put("database.sslfactory", PemSocketFactory.class.getName());
        properties.put("database." + CA, tls.ca().toString());
        Identity identity = tls.identity();
        if (identity != null) {
            properties.put("database." + CERTIFICATE, identity.certificate().toString());
            properties.put("database." + KEY, identity.key().toString());
        }
        return properties;
    }
}
