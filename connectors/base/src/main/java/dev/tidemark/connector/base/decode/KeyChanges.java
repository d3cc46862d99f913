package dev.tidemark.connector.base.decode;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Loss;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.data.TableId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Detector of tables that have another primary key than their documents' ids were formed from: two rows could share a document
 * then, and the document of a deleted row would stay. Any thread.
 * Upholds invariant 6.
 */
public final class KeyChanges {

    private final Set<TableId> byPrimaryKey;
    private final Map<TableId, List<String>> described = new ConcurrentHashMap<>();
    private volatile @Nullable Check found;

    /** Watches tables whose documents have ids of the primary key. */
    public KeyChanges(SourceSettings settings) {
        this.byPrimaryKey = settings.tables().stream()
                .filter(table -> !table.isDependency() && table.key().isEmpty())
                .map(Table::id)
                .collect(Collectors.toSet());
    }

    /** Remembers the primary key by which the documents of this process have their ids; the first one counts. */
    public void described(TableId table, List<String> primaryKey) {
        if (byPrimaryKey.contains(table) && !primaryKey.isEmpty()) {
            described.putIfAbsent(table, List.copyOf(primaryKey));
        }
    }

    /** Returns the tables that are watched. */
    public Set<TableId> tables() {
        return Set.copyOf(described.keySet());
    }

    /**
     * Returns what is wrong if one of the tables has another primary key now, or had one when one of its changes was written; from then
     * on for good. One without a key is in the middle of a change.
     */
    public Optional<Check> change(Map<TableId, List<String>> primaryKeys) {
        Check known = found;
        if (known != null) {
            return Optional.of(known);
        }
        for (Map.Entry<TableId, List<String>> table : described.entrySet()) {
            List<String> now = primaryKeys.getOrDefault(table.getKey(), List.of());
            if (differs(table.getValue(), now)) {
                Check changed = changed(table.getKey(), table.getValue(), now);
                found = changed;
                return Optional.of(changed);
            }
        }
        return Optional.empty();
    }

    /** Returns what is wrong if one of the tables has no primary key any more: nothing keeps two rows from sharing a document then. */
    public List<Check> missing(Map<TableId, List<String>> primaryKeys) {
        return described.entrySet().stream()
                .filter(table -> primaryKeys.containsKey(table.getKey())
                        && primaryKeys.getOrDefault(table.getKey(), List.of()).isEmpty())
                .map(table -> Check.failed(
                        "key of " + table.getKey(),
                        table.getKey() + " has no primary key any more, and its documents have ids of ("
                                + String.join(", ", table.getValue()) + "): two rows could share a document",
                        "make (" + String.join(", ", table.getValue()) + ") the primary key again"))
                .toList();
    }

    /**
     * Rejects a change that was written under another key.
     *
     * @param key the key as the change has it; empty if it has none
     * @throws SourceException if it differs
     */
    public void require(TableId table, Collection<String> key) {
        List<String> known = described.get(table);
        if (known != null && differs(known, key)) {
            Check changed = changed(table, known, key);
            found = changed;
            throw SourceException.lost(Loss.KEY_CHANGE, changed.message(), changed.hint(), null);
        }
    }

    private static boolean differs(Collection<String> known, Collection<String> now) {
        return !now.isEmpty() && !names(known).equals(names(now));
    }

    private static Set<String> names(Collection<String> key) {
        return key.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static Check changed(TableId table, Collection<String> known, Collection<String> now) {
        return Check.lost(
                Loss.KEY_CHANGE,
                "key of " + table,
                "the primary key of " + table + " is (" + String.join(", ", now)
                        + ") now, and its documents have ids of (" + String.join(", ", known) + ")",
                "Nothing has to be done: all tables are loaded again, under the new key. With 'snapshot: never', restart"
                        + " Tidemark and load them.");
    }
}
