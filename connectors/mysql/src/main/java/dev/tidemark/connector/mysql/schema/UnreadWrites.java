package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.mysql.catalog.MySqlCatalog;
import dev.tidemark.connector.mysql.connection.Database;
import dev.tidemark.connector.mysql.ddl.RowStatement;
import dev.tidemark.connector.mysql.ddl.RowStatement.Target;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Tables that were changed without rows in the log. Each is in doubt, on disk, when this is called; it is handed on for a reload when no more
 * such changes come for a while, since a reload that starts over with each statement would never end. One thread at a time.
 * Upholds invariant 10.
 */
public final class UnreadWrites {

    static final long QUIET_MILLIS = Duration.ofSeconds(5).toMillis();
    static final long LONGEST_MILLIS = Duration.ofSeconds(60).toMillis();

    private static final int NAMES_KEPT = 10_000;

    private final Database database;
    private final Set<TableId> captured;
    private final SchemaDoubts doubts;
    private final LongSupplier clock;
    private final Map<TableId, Written> open = new LinkedHashMap<>();
    /** Names of which it is known that they are not those of views. */
    private final Set<String> noViews = new HashSet<>();

    private record Written(String reason, long firstMillis, long lastMillis) {

        Written again(long now) {
            return new Written(reason, firstMillis, now);
        }

        boolean isDue(long now) {
            return now - lastMillis >= QUIET_MILLIS || now - firstMillis >= LONGEST_MILLIS;
        }
    }

    public UnreadWrites(Database database, Collection<TableId> captured, SchemaDoubts doubts, LongSupplier clock) {
        this.database = database;
        this.captured = Set.copyOf(captured);
        this.doubts = doubts;
        this.clock = clock;
    }

    /** Returns the captured tables. */
    public Set<TableId> captured() {
        return captured;
    }

    /** Returns the captured tables that a statement may have changed. */
    public Set<TableId> changedBy(RowStatement statement) {
        if (!statement.names()) {
            return captured;
        }
        Set<TableId> changed = new LinkedHashSet<>();
        for (Target target : statement.targets()) {
            captured.stream().filter(target::is).forEach(changed::add);
        }
        if (changed.isEmpty()) {
            statement.targets().forEach(target -> changed.addAll(behindView(target)));
        }
        return changed;
    }

    /** Returns the captured tables that the view of that name shows; none if the view does not exist. */
    private Collection<TableId> behindView(Target target) {
        String schema = target.schema();
        String name = target.toString().toLowerCase(Locale.ROOT);
        if (schema == null || noViews.contains(name)) {
            return List.of();
        }
        TableId view = new TableId(schema, target.table());
        if (!database.ask(connection -> new MySqlCatalog(connection).isView(view))) {
            if (noViews.size() >= NAMES_KEPT) {
                noViews.clear();
            }
            noViews.add(name);
            return List.of();
        }
        String text = database.ask(connection -> new MySqlCatalog(connection).definition(view))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        List<TableId> shown = captured.stream()
                .filter(table -> text.contains("`" + table.table().toLowerCase(Locale.ROOT) + "`"))
                .toList();
        return shown.isEmpty() ? captured : shown;
    }

    /** Records that a table was changed by something whose rows are not read; on disk when this returns. */
    public void written(TableId table, String reason) {
        if (doubts.isSkipped(table)) {
            return; // its columns are unknown: it is reloaded when they are known, which is later than this
        }
        long now = clock.getAsLong();
        Written known = open.get(table);
        doubts.reload(table, SchemaDoubts.LATER, reason); // also if it was handed on for something else meanwhile
        open.put(table, known == null ? new Written(reason, now, now) : known.again(now));
    }

    /** Hands on the doubts about tables that were not changed so for a while. */
    public void handOn() {
        if (open.isEmpty()) {
            return;
        }
        long now = clock.getAsLong();
        open.entrySet().removeIf(each -> {
            Written written = Objects.requireNonNull(each.getValue());
            boolean due = written.isDue(now);
            if (due && !doubts.isSkipped(each.getKey())) {
                // At the position that the stream has now: what is handed on there is read again after a crash.
                doubts.reload(each.getKey(), SchemaDoubts.AT_ONCE, written.reason());
            }
            return due;
        });
    }
}
