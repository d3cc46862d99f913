package dev.tidemark.connector.mysql.ddl;

import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handling of captured tables that are dropped, renamed or swapped: of these the binlog holds statements and no rows.
 *
 * <p>A table that was dropped or renamed has no rows: its documents are deleted, as by a truncate. A table that takes a captured
 * name brings rows that were never sent: only a load knows them, unless {@code gh-ost} swaps in the copy that it created, in one
 * statement: it holds the same rows. {@code pt-online-schema-change} gives its copy a name that people give to tables, too.
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
     * @return why the table that has the name now must be reloaded; empty if its rows are known
     * @throws SourceException if a load of all tables is due
     */
    public Optional<String> renamed(RenameClause rename) {
        TableId to = rename.to();
        if (captured.contains(rename.from())) {
            gone.add(rename.from());
        }
        if (!captured.contains(to)) {
            return Optional.empty();
        }
        boolean swapped = gone.remove(to);
        if (swapped && isCopy(rename.from(), to, "_gho")) {
            LOG.info("table {} was changed online: {} has taken its place", to, rename.from());
        } else if (swapped && isCopy(rename.from(), to, "_new")) {
            return Optional.of(
                    "table " + rename.from()
                            + " took its place: a copy of pt-online-schema-change has the same rows, and any other table may have such a name");
        } else if (snapshots) {
            throw SourceException.loadDue("table " + rename.from() + " was renamed to " + to
                    + ": the rows it brings were never sent, so the tables are reloaded");
        } else {
            LOG.warn(
                    "table {} was renamed to {}: with snapshot: never, the rows it brings stay unknown",
                    rename.from(),
                    to);
        }
        return Optional.empty();
    }

    /** Returns whether the name is one that a tool gives to its copy of the table. */
    private static boolean isCopy(TableId from, TableId to, String suffix) {
        String name = from.table().replaceFirst("^_+", "");
        return from.schema().equals(to.schema()) && from.table().startsWith("_") && name.equals(to.table() + suffix);
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
