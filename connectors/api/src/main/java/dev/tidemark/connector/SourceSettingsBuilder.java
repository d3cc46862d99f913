package dev.tidemark.connector;

import dev.tidemark.connector.SourceSettings.Reads;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.tls.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builder of a source's settings; a setting that is not given has its default, or is empty. For one thread. */
public final class SourceSettingsBuilder {

    private final String pipeline;
    private Path state = Path.of("state");
    private String host = "";
    private int port;
    private String database = "";
    private String user = "";
    private Secret password = new Secret("");
    private SnapshotMode snapshot = SnapshotMode.INITIAL;
    private Duration heartbeat = Duration.ofSeconds(10);
    private Map<String, String> options = Map.of();
    private Map<String, String> debezium = Map.of();
    private List<Table> tables = List.of();
    private Reads reads = Reads.DEFAULT;
    private @Nullable Tls tls;

    SourceSettingsBuilder(String pipeline) {
        this.pipeline = pipeline;
    }

    public SourceSettingsBuilder state(Path directory) {
        state = directory;
        return this;
    }

    public SourceSettingsBuilder at(String newHost, int newPort) {
        host = newHost;
        port = newPort;
        return this;
    }

    public SourceSettingsBuilder database(String name) {
        database = name;
        return this;
    }

    public SourceSettingsBuilder as(String newUser, Secret newPassword) {
        user = newUser;
        password = newPassword;
        return this;
    }

    public SourceSettingsBuilder snapshot(SnapshotMode mode) {
        snapshot = mode;
        return this;
    }

    public SourceSettingsBuilder heartbeat(Duration interval) {
        heartbeat = interval;
        return this;
    }

    public SourceSettingsBuilder options(Map<String, String> given) {
        options = given;
        return this;
    }

    public SourceSettingsBuilder debezium(Map<String, String> further) {
        debezium = further;
        return this;
    }

    public SourceSettingsBuilder tables(List<Table> captured) {
        tables = captured;
        return this;
    }

    public SourceSettingsBuilder reads(Reads bounds) {
        reads = bounds;
        return this;
    }

    /**
     * Sets the encryption of connections.
     *
     * @param settings null: according to the database's own options
     */
    SourceSettingsBuilder tls(@Nullable Tls settings) {
        tls = settings;
        return this;
    }

    public SourceSettings build() {
        return new SourceSettings(
                pipeline, state, host, port, database, user, password, snapshot, heartbeat, options, debezium, tables,
                reads, tls);
    }
}
