package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handling of captured tables that are dropped, renamed or swapped: of these the binlog holds statements and no rows.
 *
 * <p>A table that was dropped or renamed has no rows: its documents are deleted, as by a truncate. A table that takes a captured
 * name brings rows that were never sent: only a load knows them, unless {@code gh-ost} or {@code pt-online-schema-change}
 * swap in the copy that they created, in one statement: it holds the same rows.
 */
public final class TableMoves {

    private static final Logger LOG = LoggerFactory.getLogger(TableMoves.class);

    private final Set<TableId> captured;
    private final boolean snapshots;
    private final Set<TableId> gone = new LinkedHashSet<>();

    /**
     * @param captured the captured tables
     * @param snapshots whether a snapshot may be taken at all
     */
    public TableMoves(Set<TableId> captured, boolean snapshots) {
        this.captured = Set.copyOf(captured);
        this.snapshots = snapshots;
    }

    public void databaseDropped(String database) {
        captured.stream().filter(table -> table.schema().equals(database)).forEach(this::dropped);
    }

    public void dropped(TableId table) {
        if (captured.contains(table)) {
            LOG.warn("table {} was dropped: its documents wait for an approval", table);
            gone.add(table);
        }
    }

    /**
     * Records that a table got another name.
     *
     * @throws SourceException if a snapshot is due
     */
    public void renamed(RenameClause rename) {
        TableId to = rename.to();
        if (captured.contains(rename.from())) {
            gone.add(rename.from());
        }
        if (!captured.contains(to)) {
            return;
        }
        boolean swapped = gone.remove(to);
        if (swapped && isCopy(rename.from(), to)) {
            LOG.info("table {} was changed online: {} has taken its place", to, rename.from());
        } else if (snapshots) {
            throw SourceException.loadDue("table " + rename.from() + " was renamed to " + to
                    + ": the rows it brings were never sent, so the tables are reloaded");
        } else {
            LOG.warn(
                    "table {} was renamed to {}: with snapshot: never, the rows it brings stay unknown",
                    rename.from(),
                    to);
        }
    }

    /** Returns whether the name is one that gh-ost or pt-online-schema-change gives to its copy of the table. */
    private static boolean isCopy(TableId from, TableId to) {
        String name = from.table().replaceFirst("^_+", "");
        return from.schema().equals(to.schema())
                && from.table().startsWith("_")
                && (name.equals(to.table() + "_gho") || name.equals(to.table() + "_new"));
    }

    /** Returns and forgets the tables that were dropped or got another name, and have no successor in the same statement. */
    public List<TableId> takeGone() {
        if (gone.isEmpty()) {
            return List.of();
        }
        List<TableId> taken = List.copyOf(gone);
        gone.clear();
        return taken;
    }
}
