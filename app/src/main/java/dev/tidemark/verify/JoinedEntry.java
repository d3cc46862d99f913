package dev.tidemark.verify;

import dev.tidemark.collection.Target;
import dev.tidemark.connector.JoinReader;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.retry.RateLimiter;
import dev.tidemark.verify.hash.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An entry of joined documents: the keys of their roots are read in pages, and for each page what the query yields. */
final class JoinedEntry implements Entry {

    private static final int PAGE = 500;
    private static final long PAUSE_MILLIS = 100;

    private final Target target;
    private final JoinReader reader;
    private final RowMapping mapping;
    private final RateLimiter pace;
    private final BooleanSupplier mayRead;
    private RowSchema schema;

    /** @param reader used by nothing else */
    JoinedEntry(Target target, JoinReader reader, RateLimiter pace, BooleanSupplier mayRead) {
        this.target = target;
        this.reader = reader;
        this.mapping = new RowMapping(target);
        this.pace = pace;
        this.mayRead = mayRead;
        this.schema = target.tableInfo().schema();
    }

    @Override
    public TableId table() {
        return target.table();
    }

    @Override
    public boolean hasKeys() {
        return true;
    }

    @Override
    public boolean owns(String id) {
        return target.owns(id);
    }

    @Override
    public String @Nullable [] key(String id) {
        return target.keyTexts(id);
    }

    @Override
    public Fields fields(String collection) {
        return mapping.fields(collection, schema);
    }

    @Override
    public void scan(boolean withKeys, Consumer<Outcome> each) throws InterruptedException {
        String @Nullable [] after = null;
        while (true) {
            while (!mayRead.getAsBoolean()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
            List<String[]> keys = new ArrayList<>();
            pace.await();
            reader.all(after, PAGE, row -> {
                DocumentIds ids = DocumentIds.of(target.key(), row.schema());
                String[] texts = ids.texts(String.valueOf(ids.of(row)));
                if (texts != null) {
                    keys.add(texts);
                }
            });
            rows(keys, each);
            if (keys.size() < PAGE) {
                return;
            }
            after = keys.get(keys.size() - 1);
        }
    }

    @Override
    public void read(String collection, List<String> ids, Consumer<Outcome> each) throws InterruptedException {
        for (int from = 0; from < ids.size(); from += PAGE) {
            List<String[]> keys = new ArrayList<>();
            for (String id : ids.subList(from, Math.min(ids.size(), from + PAGE))) {
                String[] texts = key(id);
                if (texts != null) {
                    keys.add(texts);
                }
            }
            rows(keys, each);
        }
    }

    private void rows(List<String[]> keys, Consumer<Outcome> each) throws InterruptedException {
        if (keys.isEmpty()) {
            return;
        }
        pace.await();
        reader.rows(keys, (Row row) -> {
            schema = row.schema();
            Outcome outcome = mapping.of(row, null, false);
            if (outcome != null) {
                each.accept(outcome);
            }
        });
    }
}
