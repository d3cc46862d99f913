package dev.tidemark;

import dev.tidemark.connector.ChangeDecoder;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.History;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.Keeping;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.connector.ReadConnections;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceStatus;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The database of {@link GoldenShop}: all tables have rows, and nothing is wrong. It is described and never read. */
public class GoldenConnector implements Connector {

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<Check> preflight(@Nullable Map<String, ?> storedOffset, boolean running) {
        return List.of();
    }

    @Override
    public Map<TableId, TableInfo> describe() {
        return GoldenShop.tables();
    }

    @Override
    public Map<TableId, TableInfo> describeThose() {
        return describe();
    }

    @Override
    public List<TableId> tables() {
        return List.copyOf(describe().keySet());
    }

    @Override
    public boolean hasRows(TableId table) {
        return true;
    }

    @Override
    public Optional<String> definition(TableId view) {
        return Optional.of(GoldenShop.VIEW);
    }

    @Override
    public Map<String, Object> fixPosition() throws InterruptedException {
        return Map.of("lsn", 100L);
    }

    @Override
    public Map<String, String> engineProperties(Map<String, ?> resumed) {
        throw new UnsupportedOperationException("no engine is started");
    }

    @Override
    public ChangeDecoder decoder() {
        throw new UnsupportedOperationException("no engine is started");
    }

    @Override
    public boolean isUnfinishedSnapshot(Map<String, ?> offset) {
        return false;
    }

    @Override
    public String describeOffset(Map<String, ?> offset) {
        return "LSN " + offset.get("lsn");
    }

    @Override
    public String describePosition(long position) {
        return "LSN " + position;
    }

    @Override
    public SourceException explain(Throwable engineFailure) {
        return SourceException.fatal("failed", "", engineFailure);
    }

    @Override
    public SourceStatus status() {
        throw new UnsupportedOperationException("nothing watches it");
    }

    @Override
    public History history() {
        return (facts, resumed, last) -> new History.Finding.Same(Map.of("system", "7411", "timeline", "1"));
    }

    @Override
    public Map<TableId, String> tableIdentities() {
        Map<TableId, String> identities = new TreeMap<>(Comparator.comparing(TableId::toString));
        int oid = 16_384;
        for (TableId table : describe().keySet()) {
            identities.put(table, String.valueOf(oid++));
        }
        return identities;
    }

    @Override
    public LogRetention logRetention() {
        throw new UnsupportedOperationException("no backup is made");
    }

    @Override
    public RowReader rowReader() {
        throw new UnsupportedOperationException("no row is read");
    }

    @Override
    public TableInfo describe(Join join) {
        return join.statement() instanceof Join.View
                ? Objects.requireNonNull(GoldenShop.tables().get(join.root()))
                : GoldenShop.orders();
    }

    @Override
    public Set<TableId> tablesRead(Join join) {
        return Set.of();
    }

    @Override
    public JoinReader joinReader(Join join) {
        throw new UnsupportedOperationException("no row is read");
    }

    @Override
    public ReadConnections readConnections() {
        return ReadConnections.NONE;
    }

    @Override
    public Keeping keepConnections() {
        return () -> {};
    }
}
