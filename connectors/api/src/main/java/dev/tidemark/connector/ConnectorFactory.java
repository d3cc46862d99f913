package dev.tidemark.connector;

import java.util.Map;
import java.util.Set;

/** Makes connectors of one kind; the application lists those it knows. */
public interface ConnectorFactory {

    /** The key under {@code source:} in the configuration. */
    String name();

    int defaultPort();

    /** Whether {@code database} must be given. */
    boolean needsDatabase();

    /** The keys that only this kind of source has, such as {@code slot}. */
    Set<String> options();

    /** Debezium properties that the connector sets itself and a configuration may not pass through. */
    Set<String> ownedProperties();

    /**
     * Whether a connection that is verified must be to a host by name: where it is to an address, what reads the log compares the
     * certificate with the name that the address happens to resolve back to.
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

    /** Makes a connector; opens nothing. */
    Connector create(SourceSettings settings);
}
