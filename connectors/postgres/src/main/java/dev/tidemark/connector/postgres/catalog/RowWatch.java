package dev.tidemark.connector.postgres.catalog;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.base.decode.KeyChanges;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.RowIdentities.Relation;
import dev.tidemark.connector.postgres.connection.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Watches what identifies the rows of captured tables: replica identities, also of partitions that were added since, primary keys,
 * children. One query for all tables. Any thread.
 */
public final class RowWatch {

    private final SourceSettings settings;
    private final Database database;
    private final KeyChanges keys;
    private final Map<TableId, Set<String>> computed = new ConcurrentHashMap<>();

    public RowWatch(SourceSettings settings, Database database) {
        this.settings = settings;
        this.database = database;
        this.keys = new KeyChanges(settings);
    }

    public KeyChanges keys() {
        return keys;
    }

    /** Checks now that changes contain the columns from which an expression computes an id, and requires them from now on. */
    public Optional<Check> computedId(TableId table, List<String> columns) {
        computed.computeIfAbsent(table, id -> ConcurrentHashMap.newKeySet()).addAll(columns);
        return database.look(connection -> computedId(
                table, columns, RowIdentities.of(connection, List.of(table)).getOrDefault(table, List.of())));
    }

    private static Optional<Check> computedId(TableId table, Collection<String> columns, List<Relation> relations) {
        return new IdentityChecks(table, relations)
                .unsent(
                        "id of " + table,
                        List.copyOf(columns),
                        "a DELETE, or an UPDATE of it, would not contain the previous value of %s, of which the expression forms the"
                                + " document's id");
    }

    /** Returns the columns whose previous values a change must contain, in addition to those of the primary key. */
    public Set<String> needed(TableId table) {
        Set<String> needed = new HashSet<>(computed.getOrDefault(table, Set.of()));
        for (Table captured : settings.tables()) {
            if (captured.id().equals(table)) {
                needed.addAll(captured.logged());
                needed.addAll(captured.key());
            }
        }
        return needed;
    }

    /** Returns whether rows of the table are documents, so that a change must contain its primary key. */
    public boolean isDocument(TableId table) {
        return settings.tables().stream()
                .anyMatch(captured -> captured.id().equals(table)
                        && !captured.isDependency()
                        && captured.key().isEmpty());
    }

    /** Returns whether a load of all tables may begin automatically. */
    public boolean mayReload() {
        return settings.snapshot() != SnapshotMode.NEVER;
    }

    /** Returns what is wrong now: with it, changes are not understood, or the application's own writes fail. */
    public List<Check> problems() throws SourceException {
        Map<TableId, List<Relation>> all = relations();
        List<Check> problems = new ArrayList<>();
        all.forEach((table, relations) -> {
            IdentityChecks checks = new IdentityChecks(table, relations);
            Set<String> needed = new LinkedHashSet<>(needed(table));
            if (isDocument(table)) {
                needed.addAll(relations.get(0).primaryKey());
            }
            checks.inherited().ifPresent(problems::add);
            checks.unidentified()
                    .or(() -> checks.unsent(
                            "table " + table,
                            needed.stream().sorted().toList(),
                            "a DELETE, or an UPDATE, does not contain what %s was before it"))
                    .ifPresent(problems::add);
        });
        problems.addAll(keys.missing(primaryKeys(all)));
        return problems;
    }

    private static Map<TableId, List<String>> primaryKeys(Map<TableId, List<Relation>> relations) {
        Map<TableId, List<String>> keys = new HashMap<>();
        relations.forEach((table, all) -> keys.put(table, all.get(0).primaryKey()));
        return keys;
    }

    /** Returns what keeps ids by expressions from being right; for a start of another engine. */
    public List<Check> computedIds() throws SourceException {
        List<Check> problems = new ArrayList<>();
        if (!computed.isEmpty()) {
            Map<TableId, List<Relation>> all = relations();
            computed.forEach((table, columns) -> computedId(table, columns, all.getOrDefault(table, List.of()))
                    .ifPresent(problems::add));
        }
        return problems;
    }

    /** Returns a finding if a table has another primary key than the one from which its documents' ids were formed. */
    public Optional<Check> keyChange() throws SourceException {
        return keys.change(primaryKeys(relations()));
    }

    private Map<TableId, List<Relation>> relations() {
        Set<TableId> tables = new LinkedHashSet<>();
        settings.tables().forEach(table -> tables.add(table.id()));
        return database.look(connection -> RowIdentities.of(connection, tables));
    }
}
