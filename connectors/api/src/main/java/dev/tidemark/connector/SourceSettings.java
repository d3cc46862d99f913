package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of the source, checked and complete.
 *
 * @param pipeline the pipeline's name; slot, publication and engine are named after it
 * @param state the pipeline's state directory, for what a connector has to remember alongside the offsets
 * @param host where the database listens
 * @param port the port it listens on
 * @param database the database to connect to; empty if the connector needs none
 * @param user who connects
 * @param password the user's password
 * @param snapshot when tables are read as a whole
 * @param heartbeat how often a quiet source tells how far it is
 * @param options the connector's own keys ({@link ConnectorFactory#options()}), only those that were given
 * @param debezium further Debezium properties, none of which Tidemark owns
 * @param tables the captured tables
 * @param reads how far what is read again may burden the database
 * @param tls how every connection is protected; null: as the further properties say, or the driver's defaults
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

    /** Settings of that pipeline, one by one. */
    public static SourceSettingsBuilder of(String pipeline) {
        return new SourceSettingsBuilder(pipeline);
    }

    /** Others that are like these but for what is said of them. */
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

    /** The tables whose rows a snapshot has to read. */
    public List<TableId> snapshotted() {
        return tables.stream()
                .filter(table -> !table.isDependency())
                .map(Table::id)
                .distinct()
                .toList();
    }

    /** The tables of which nothing but changes is read. */
    public List<TableId> onlyStreamed() {
        List<TableId> snapshotted = snapshotted();
        return tables.stream()
                .map(Table::id)
                .filter(table -> !snapshotted.contains(table))
                .distinct()
                .toList();
    }

    /** Names the further properties without their values: one may be a secret such as a key's password (invariant 8). */
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
     * How far reads of rows and joined documents may burden the database.
     *
     * @param maxConnections how many connections they share
     * @param statementTimeout how long one statement may take
     * @param queriesPerSecond how many statements for joined documents may begin in a second; whoever asks for them sees to that
     */
    public record Reads(int maxConnections, Duration statementTimeout, int queriesPerSecond) {
        public static final Reads DEFAULT = new Reads(4, Duration.ofSeconds(60), 1000);
    }

    /**
     * A captured table.
     *
     * @param id the table
     * @param key the columns that make up the document's id; empty means the primary key
     * @param told the columns of it that a change must tell, also those of the row before: where documents of other tables
     *     {@linkplain Join depend} on it, or where they decide which collection a row belongs to
     * @param isDependency whether only its changes matter, not its rows: such a table needs no key and no snapshot
     */
    public record Table(TableId id, List<String> key, List<String> told, boolean isDependency) {
        public Table {
            key = List.copyOf(key);
            told = List.copyOf(told);
        }

        /** A table that only {@linkplain Join joined documents} depend on, by these columns. */
        public Table(TableId id, List<String> key, List<String> told) {
            this(id, key, told, !told.isEmpty());
        }

        /** A table whose rows are documents, or what documents are made from. */
        public Table(TableId id, List<String> key) {
            this(id, key, List.of());
        }
    }
}
