package dev.tidemark.connector;

import java.util.Map;
import java.util.Set;

/** Factory of connectors of one kind; the application lists the factories it knows. */
public interface ConnectorFactory {

    /** Returns the key under {@code source:} in the configuration. */
    String name();

    int defaultPort();

    /** Returns whether {@code database} must be configured. */
    boolean needsDatabase();

    /** Returns the keys that only this kind of source has, such as {@code slot}. */
    Set<String> options();

    /** Returns the Debezium properties that the connector sets itself and that a configuration must not set. */
    Set<String> ownedProperties();

    /**
     * Returns whether a verified connection requires a host name. If an address is configured, the client that reads the log
     * compares the certificate with the name that a reverse lookup of the address returns.
     */
    default boolean verifiesNamesOnly() {
        return false;
    }

    /**
     * Returns the further Debezium properties whose values Debezium does not take, each with what it allows. Opens nothing.
     *
     * @param debezium those of a configuration
     */
    default Map<String, String> wrongProperties(Map<String, String> debezium) {
        return Map.of();
    }

    /** Creates a connector; opens no connection. */
    Connector create(SourceSettings settings);
}
