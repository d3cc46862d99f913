package dev.tidemark.flush;

import dev.tidemark.connector.data.Change;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A database with the table of {@link Goods}: random statements, the rows after each, and what its log says of them. */
final class GoodsLog {

    private static final int IDS = 6;
    private static final int NAME = 1;
    private static final int N = 2;
    private static final int BIG = 3;
    private static final int SECRET = 4;
    private static final int EXTRA = 5;

    final List<ChangeEvent> events = new ArrayList<>();
    private final List<Map<String, Row>> states = new ArrayList<>(List.of(Map.of()));
    private final Map<String, Row> rows = new TreeMap<>();
    private final Random random;
    private final boolean full;
    private RowSchema schema = Goods.SCHEMA;
    private boolean altered;
    private boolean tellsBefore;

    GoodsLog(Random random) {
        this(random, false);
    }

    /** @param full whether every change tells the full row before it */
    GoodsLog(Random random, boolean full) {
        this.random = random;
        this.full = full;
    }

    /** An update always tells something of the row before. */
    GoodsLog tellingBefore() {
        tellsBefore = true;
        return this;
    }

    /** The rows after so many events. */
    Map<String, Row> rowsAfter(int events) {
        return states.get(events);
    }

    Map<String, Row> rows() {
        return rows;
    }

    /** Whether a statement changed rows without an entry in the log. */
    boolean altered() {
        return altered;
    }

    /** So many more events at least. */
    void steps(int count) {
        int end = events.size() + count;
        while (events.size() < end) {
            step();
        }
    }

    private void step() {
        String id = "id" + random.nextInt(IDS);
        String other = "id" + random.nextInt(IDS);
        Row row = rows.get(id);
        int kind = random.nextInt(200);
        if (kind == 0) {
            rows.clear();
            log(new Change.Truncate(Goods.TABLE));
        } else if (kind == 1) {
            schema = copy(schema.columns().size() > EXTRA); // a new session describes the same table again
            rows.replaceAll((same, old) -> new Row(schema, values(old)));
        } else if (row == null) {
            write(id, null, fresh(id), Change.Upsert.Cause.INSERT);
        } else if (kind < 12) {
            rows.remove(id);
            log(new Change.Delete(full || random.nextBoolean() ? row : keyOf(row)));
        } else if (kind < 18 && !rows.containsKey(other)) { // the id's columns change: told as one update
            rows.remove(id);
            write(
                    other,
                    full || random.nextBoolean() ? row : keyOf(row),
                    moved(row, other),
                    Change.Upsert.Cause.UPDATE);
        } else if (kind < 26 && !rows.containsKey(other)) { // the primary key changes: told as delete and insert
            rows.remove(id);
            Row moved = moved(row, other);
            rows.put(other, moved);
            log(new Change.Delete(full ? row : keyOf(row)));
            log(new Change.Upsert(null, full ? moved : withoutUnchanged(row, moved), Change.Upsert.Cause.INSERT));
        } else {
            update(id, row, changed(row));
        }
    }

    /** An ALTER TABLE, which gives every row other values and tells of none. */
    void alter() {
        altered = true;
        boolean extra = schema.columns().size() > EXTRA;
        int kind = random.nextInt(3);
        if (kind == 0) {
            Kind n = schema.columns().get(N).type().kind() == Kind.INT64 ? Kind.TEXT : Kind.INT64;
            schema = Goods.schema(n, extra);
            rows.replaceAll((id, row) -> {
                @Nullable Object[] values = values(row);
                Object old = values[N];
                values[N] = old == null || n == Kind.TEXT ? String.valueOf(old) : Long.valueOf(1);
                return new Row(schema, values);
            });
        } else {
            schema = copy(!extra);
            Long filled = random.nextLong(5);
            rows.replaceAll((id, row) -> {
                @Nullable Object[] values = java.util.Arrays.copyOf(values(row), extra ? EXTRA : EXTRA + 1);
                if (!extra) {
                    values[EXTRA] = filled;
                }
                return new Row(schema, values);
            });
        }
    }

    /** {@code UPDATE ... SET secret = ...}: no document changes. */
    void touch(String id) {
        Row row = java.util.Objects.requireNonNull(rows.get(id));
        @Nullable Object[] values = values(row);
        values[SECRET] = "touched";
        Row after = new Row(schema, values);
        rows.put(id, after);
        log(new Change.Upsert(row, after, Change.Upsert.Cause.UPDATE));
    }

    private RowSchema copy(boolean extra) {
        return Goods.schema(schema.columns().get(N).type().kind(), extra);
    }

    private void update(String id, Row before, Row after) {
        int identity = full ? 2 : random.nextInt(8);
        Row told = identity == 0 && !tellsBefore ? null : identity == 1 ? keyOf(before) : before;
        write(id, told, after, Change.Upsert.Cause.UPDATE, withoutUnchanged(before, after));
    }

    private void write(String id, @Nullable Row before, Row after, Change.Upsert.Cause cause) {
        write(id, before, after, cause, after);
    }

    private void write(String id, @Nullable Row before, Row after, Change.Upsert.Cause cause, Row told) {
        rows.put(id, after);
        log(new Change.Upsert(before, told, cause));
    }

    private void log(Change change) {
        events.add(Items.event(events.size() + 1L, change));
        states.add(new HashMap<>(rows));
    }

    private Row keyOf(Row row) {
        @Nullable Object[] values = values(row);
        java.util.Arrays.fill(values, NAME, values.length, Row.UNAVAILABLE);
        return new Row(schema, values);
    }

    /** A large value that did not change may be left out. */
    private Row withoutUnchanged(Row before, Row after) {
        if (after.get(BIG) == null
                || !java.util.Objects.equals(before.get(BIG), after.get(BIG))
                || random.nextBoolean()) {
            return after;
        }
        @Nullable Object[] values = values(after);
        values[BIG] = Row.UNAVAILABLE;
        return new Row(schema, values);
    }

    private Row moved(Row row, String id) {
        @Nullable Object[] values = values(changed(row));
        values[0] = id;
        return new Row(schema, values);
    }

    private Row fresh(String id) {
        @Nullable Object[] values = new @Nullable Object[schema.columns().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == 0 ? id : value(i);
        }
        return new Row(schema, values);
    }

    private Row changed(Row row) {
        @Nullable Object[] values = values(row);
        for (int i = NAME; i < values.length; i++) {
            if (random.nextInt(3) == 0) {
                values[i] = value(i);
            }
        }
        return new Row(schema, values);
    }

    private @Nullable Object value(int column) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        Long number = random.nextLong(1000);
        return schema.columns().get(column).type().kind() == Kind.INT64 ? number : "text " + number;
    }

    private @Nullable Object[] values(Row row) {
        @Nullable Object[] values = new @Nullable Object[row.schema().columns().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(i);
        }
        return values;
    }
}
