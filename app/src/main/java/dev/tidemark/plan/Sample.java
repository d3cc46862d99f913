package dev.tidemark.plan;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.document.DocumentIds;
import dev.tidemark.document.DocumentMapper;
import dev.tidemark.document.Placement;
import dev.tidemark.document.Placements;
import dev.tidemark.document.RejectionAdvice;
import dev.tidemark.document.value.JsonPaths;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.plan.SampleResult.Reject;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.Rejection;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The first rows of a table as documents. All are read and mapped before anything is created in Typesense, so that a database
 * which hangs leaves no scratch collection behind. One thread.
 */
final class Sample {

    private static final int SHOWN = 100;
    private static final long MOST_BYTES = 64L << 20;

    /** Field at fault, as messages of Typesense and of our own mapping name it. */
    private static final Pattern FIELD = Pattern.compile("[Ff]ield [`'](.+?)[`']");

    private static final Pattern COLUMN = Pattern.compile("^column '(.+?)': ");

    /** Takes documents, as the sink does. */
    @FunctionalInterface
    interface Scratch {
        /** Writes documents with distinct ids, and returns those that were rejected. */
        List<Rejection> upsert(List<Document> documents) throws SinkException, InterruptedException;
    }

    private final Config.Document config;
    private final TableInfo table;
    private final CollectionInfo collection;
    private final JsonPaths paths;
    private final DocumentMapper mapper;
    private final List<Document> documents = new ArrayList<>();
    private final List<Map<String, @Nullable String>> keys = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final @Nullable Placements placements;
    private final Map<String, Integer> byCollection = new TreeMap<>();
    private final List<Reject> rejects = new ArrayList<>();
    private int rows;
    private int rejected;
    private int left;
    private int leftOut;
    private long bytes;

    /**
     * Creates an empty sample.
     *
     * @param collection what the documents would be written to
     */
    Sample(Config.Document config, TableInfo table, CollectionInfo collection) {
        this.config = config;
        this.table = table;
        this.collection = collection;
        this.paths = new JsonPaths(collection);
        this.mapper = new DocumentMapper(config, table.key(), collection);
        this.placements = config.destination() instanceof Destination.Dynamic dynamic
                ? new Placements(dynamic.expression())
                : null;
    }

    /** Adds a row and maps it to its document. */
    void add(Row row) {
        if (bytes > MOST_BYTES) {
            left++;
            return;
        }
        DocumentIds of = mapper.ids(row.schema());
        String id = of.of(row);
        Map<String, @Nullable String> key = key(of, row);
        if (!becomesDocument(row, key) || !hasPlace(row, key)) {
            return;
        }
        if (id == null || id.isEmpty()) {
            reject(
                    key,
                    null,
                    config.hasComputedId()
                            ? of.rejectionReason(row)
                            : "the document's id would be empty: a column of it is " + (id == null ? "NULL" : "empty"));
        } else if (!ids.add(id)) {
            reject(key, null, "another row of the sample has the same id '" + id + "': only one of them can be kept");
        } else {
            map(id, row, key);
        }
    }

    private boolean becomesDocument(Row row, Map<String, @Nullable String> key) {
        try {
            if (mapper.verdict(row) == DocumentMapper.Verdict.LEFT_OUT) {
                leftOut++;
                return false;
            }
            rows++;
            return true;
        } catch (ValueRejectedException e) {
            rows++;
            reject(key, null, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean hasPlace(Row row, Map<String, @Nullable String> key) {
        Placement placement = placements == null ? null : placements.of(row);
        if (placement instanceof Placement.In in) {
            byCollection.merge(in.collection(), 1, Integer::sum);
        } else if (placement instanceof Placement.Nowhere nowhere) {
            reject(key, null, nowhere.reason());
            return false;
        } else if (placement instanceof Placement.Unknown unknown) {
            reject(key, null, unknown.reason());
            return false;
        }
        return true;
    }

    /** Returns how many rows each collection gets; of many collections, only the first ones. */
    private String places() {
        String first = byCollection.entrySet().stream()
                .limit(SHOWN)
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(", "));
        int more = byCollection.size() - SHOWN;
        return "rows by collection: " + first + (more > 0 ? ", and " + more + " more collections" : "");
    }

    private void map(String id, Row row, Map<String, @Nullable String> key) {
        try {
            Document document = mapper.map(id, row);
            bytes += document.json().length;
            documents.add(document);
            paths.add(document);
            keys.add(key);
        } catch (ValueRejectedException e) {
            String error = String.valueOf(e.getMessage());
            reject(key, fieldOf(error), error);
        }
    }

    /** Returns the first document, as JSON; null if no row became one. */
    public @Nullable String first() {
        return documents.isEmpty() ? null : new String(documents.get(0).json(), StandardCharsets.UTF_8);
    }

    /** Returns fields of values inside of JSON that a run would declare for these documents. */
    List<SinkField> jsonTypes() {
        return paths.types(config, collection);
    }

    /** Returns the result of what needs no server; for a schema that Typesense rejected. */
    SampleResult untried(String schemaRefused) {
        return result(schemaRefused);
    }

    /** Sends the documents. */
    SampleResult tryIn(Scratch scratch) throws SinkException, InterruptedException {
        for (Rejection rejection : scratch.upsert(documents)) {
            String error = RejectionAdvice.with(config, collection, rejection.error());
            reject(keys.get(rejection.index()), fieldOf(rejection.error()), error);
        }
        return result(null);
    }

    private SampleResult result(@Nullable String schemaRefused) {
        List<String> notes = new ArrayList<>();
        if (!byCollection.isEmpty()) {
            notes.add(places());
        }
        if (leftOut > 0) {
            notes.add(leftOut + " more rows become no documents, by 'where' or 'softDelete'");
        }
        if (left > 0) {
            notes.add(left + " more rows were not tried: the others fill " + (MOST_BYTES >> 20) + "MB");
        }
        String note = notes.isEmpty() ? null : String.join("; ", notes);
        return new SampleResult(rows, rejected, List.copyOf(rejects), schemaRefused, note, paths.advice(config));
    }

    private void reject(Map<String, @Nullable String> key, @Nullable String field, String error) {
        rejected++;
        if (rejects.size() < SHOWN) {
            rejects.add(new Reject(key, field, error));
        }
    }

    private Map<String, @Nullable String> key(DocumentIds of, Row row) {
        @Nullable Object[] values = of.key(row);
        Map<String, @Nullable String> key = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            String column = table.key().get(i);
            Object value = values[i];
            int index = row.schema().indexOf(column);
            Kind kind = index < 0
                    ? Kind.TEXT
                    : row.schema().columns().get(index).type().kind();
            key.put(column, value == null ? null : KeyText.of(kind, value));
        }
        return key;
    }

    private @Nullable String fieldOf(String error) {
        Matcher field = FIELD.matcher(error);
        if (field.find()) {
            return field.group(1);
        }
        Matcher column = COLUMN.matcher(error);
        return column.find() ? fieldOfColumn(column.group(1)) : null;
    }

    /** Returns the first field that is formed from the column. */
    private String fieldOfColumn(String column) {
        Map<String, Config.Field> fields = config.fields();
        if (fields != null) {
            for (Map.Entry<String, Config.Field> field : fields.entrySet()) {
                Config.Point point = field.getValue().point();
                if (column.equals(field.getValue().column())
                        || (point != null && (column.equals(point.lat()) || column.equals(point.lon())))) {
                    return field.getKey();
                }
            }
        }
        return column;
    }
}
