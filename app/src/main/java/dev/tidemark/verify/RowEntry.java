package dev.tidemark.verify;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.config.Config;
import dev.tidemark.connector.RowRange;
import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowBytes;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.verify.hash.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An entry whose documents are rows of one table. */
final class RowEntry implements Entry {

    private static final int FIRST_ROWS = 2_000;
    private static final int MAX_ROWS = 5_000;
    private static final int KEYS = 500;
    /** Bytes of the rows that are requested at a time (invariant 3). */
    private static final long BYTES = Math.min(8L << 20, Runtime.getRuntime().maxMemory() / 64);

    private static final long PAUSE_MILLIS = 100;

    private final Config.Document config;
    private final TableInfo table;
    private final RowMapping mapping;
    private final RowReader reader;
    private final BooleanSupplier mayRead;
    private RowSchema schema;

    private RowEntry(
            Config.Document config, TableInfo table, RowMapping mapping, RowReader reader, BooleanSupplier mayRead) {
        this.config = config;
        this.table = table;
        this.mapping = mapping;
        this.reader = reader;
        this.mayRead = mayRead;
        this.schema = table.schema();
    }

    /** @param mayRead whether a page may be read now, or has to wait for changes */
    static RowEntry of(Target target, RowReader reader, BooleanSupplier mayRead) {
        return new RowEntry(target.config(), target.tableInfo(), new RowMapping(target), reader, mayRead);
    }

    static RowEntry of(DynamicCollections family, RowReader reader, BooleanSupplier mayRead) {
        return new RowEntry(family.config(), family.tableInfo(), new RowMapping(family), reader, mayRead);
    }

    @Override
    public TableId table() {
        return table.schema().table();
    }

    @Override
    public boolean hasKeys() {
        return !config.hasComputedId();
    }

    @Override
    public boolean owns(String id) {
        return id.startsWith(config.idPrefix());
    }

    @Override
    public String @Nullable [] key(String id) {
        String prefix = config.idPrefix();
        return hasKeys() && id.startsWith(prefix)
                ? DocumentIds.of(table.key(), table.schema()).texts(id.substring(prefix.length()))
                : null;
    }

    @Override
    public Fields fields(String collection) {
        return mapping.fields(collection, schema);
    }

    @Override
    public void scan(boolean withKeys, Consumer<Outcome> each) throws InterruptedException {
        Object @Nullable [] after = null;
        int limit = FIRST_ROWS;
        while (true) {
            while (!mayRead.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            List<Row> rows = new ArrayList<>();
            long[] bytes = {0};
            reader.range(table(), table.key(), RowRange.after(after), limit, row -> {
                rows.add(row);
                bytes[0] += RowBytes.of(row);
                return bytes[0] < BYTES;
            });
            for (Row row : rows) {
                Outcome outcome = mapping.of(row, null, withKeys);
                if (outcome != null) {
                    each.accept(outcome);
                }
            }
            if (rows.isEmpty() || (rows.size() < limit && bytes[0] < BYTES)) {
                return;
            }
            Row last = rows.get(rows.size() - 1);
            schema = last.schema();
            after = DocumentIds.of(table.key(), schema).key(last);
            limit = (int) Math.max(1, Math.min(MAX_ROWS, BYTES / Math.max(1, bytes[0] / rows.size()) + 1));
        }
    }

    @Override
    public void read(String collection, List<String> ids, Consumer<Outcome> each) {
        List<@Nullable Object[]> keys = new ArrayList<>();
        for (String id : ids) {
            @Nullable Object[] key = values(id);
            if (key != null) {
                keys.add(key);
            }
        }
        int at = 0;
        int size = KEYS;
        while (at < keys.size()) {
            List<@Nullable Object[]> page = keys.subList(at, Math.min(keys.size(), at + size));
            long[] bytes = {0};
            reader.read(table(), table.key(), page, row -> {
                bytes[0] += RowBytes.of(row);
                Outcome outcome = mapping.of(row, collection, false);
                if (outcome != null) {
                    each.accept(outcome);
                }
            });
            at += page.size();
            size = (int) Math.max(1, Math.min(KEYS, BYTES / Math.max(1, bytes[0] / page.size())));
        }
    }

    /** Returns the values of the key in an id; null if no row can have it. */
    private @Nullable Object @Nullable [] values(String id) {
        String @Nullable [] texts = key(id);
        if (texts == null) {
            return null;
        }
        RowSchema columns = table.schema();
        @Nullable Object[] key = new Object[texts.length];
        for (int i = 0; i < key.length; i++) {
            int column = columns.indexOf(table.key().get(i));
            Kind kind = column < 0
                    ? Kind.TEXT
                    : columns.columns().get(column).type().kind();
            key[i] = KeyText.parse(kind, texts[i]);
            if (key[i] == null) {
                return null;
            }
        }
        return key;
    }
}
