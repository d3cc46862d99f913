package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the source from the configuration, checked and complete.
 *
 * @param pipeline the pipeline's name; slot, publication and engine are named after it
 * @param state the pipeline's state directory, for what a connector has to store alongside the offsets
 * @param host the host that the database listens on
 * @param port the port it listens on
 * @param database the database to connect to; empty if the connector needs none
 * @param user the user to connect as
 * @param password the user's password
 * @param snapshot when all tables are loaded
 * @param heartbeat how often an idle source reports its position
 * @param options the connector's own keys ({@link ConnectorFactory#options()}), only those that were given
 * @param debezium further Debezium properties, none of which Tidemark owns
 * @param tables the captured tables
 * @param reads limits of the load that reads may put on the database
 * @param tls protection of every connection; null: according to the further properties, or the driver's defaults
 */
public record SourceSettings(
        String pipeline,
        Path state,
        String host,
        int port,
        String database,
        String user,
        Secret password,
        SnapshotMode snapshot,
        Duration heartbeat,
        Map<String, String> options,
        Map<String, String> debezium,
        List<Table> tables,
        Reads reads,
        @Nullable Tls tls) {

    /** Returns a builder of settings for a pipeline. */
    public static SourceSettingsBuilder of(String pipeline) {
        return new SourceSettingsBuilder(pipeline);
    }

    /** Returns a builder that starts with these settings. */
    public SourceSettingsBuilder like() {
        return of(pipeline)
                .state(state)
                .at(host, port)
                .database(database)
                .as(user, password)
                .snapshot(snapshot)
                .heartbeat(heartbeat)
                .options(options)
                .debezium(debezium)
                .tables(tables)
                .reads(reads)
                .tls(tls);
    }

    public SourceSettings {
        options = Map.copyOf(options);
        debezium = Map.copyOf(debezium);
        tables = List.copyOf(tables);
    }

    /**
     * Returns the settings. Shows further properties without values: one may be a secret such as a key's password (invariant 8).
     */
    @Override
    public String toString() {
        return "SourceSettings[pipeline=" + pipeline + ", state=" + state + ", host=" + host + ", port=" + port
                + ", database=" + database
                + ", user=" + user + ", password=" + password + ", snapshot=" + snapshot + ", heartbeat=" + heartbeat
                + ", options=" + options.keySet() + ", debezium=" + debezium.keySet() + ", tables=" + tables
                + ", reads=" + reads + ", tls=" + tls
                + "]";
    }

    /**
     * Limits of the load that reads of rows and joined documents may put on the database.
     *
     * @param maxConnections max number of connections that the readers share
     * @param statementTimeout timeout of one statement
     * @param queriesPerSecond max number of statements for joined documents that may begin in a second; enforced by the callers
     */
    public record Reads(int maxConnections, Duration statementTimeout, int queriesPerSecond) {
        public static final Reads DEFAULT = new Reads(4, Duration.ofSeconds(60), 1000);
    }

    /**
     * A captured table.
     *
     * @param id the table
     * @param key the columns that make up the document's id; empty means the primary key
     * @param logged the columns whose values a change must contain, also those of the row before it: documents of other tables
     *     {@linkplain Join depend} on them, or they decide which collection a row belongs to
     * @param isDependency whether only its changes matter, not its rows: such a table needs no key and is not loaded
     */
    public record Table(TableId id, List<String> key, List<String> logged, boolean isDependency) {
        public Table {
            key = List.copyOf(key);
            logged = List.copyOf(logged);
        }

        /** Creates a table that only {@linkplain Join joined documents} depend on, by these columns. */
        public Table(TableId id, List<String> key, List<String> logged) {
            this(id, key, logged, !logged.isEmpty());
        }

        /** Creates a table whose rows are documents, or from which documents are formed. */
        public Table(TableId id, List<String> key) {
            this(id, key, List.of());
        }
    }
}
