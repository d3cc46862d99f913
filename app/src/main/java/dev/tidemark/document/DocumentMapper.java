package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentId;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.Row;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.FieldPatterns;
import dev.tidemark.document.value.FieldPlan;
import dev.tidemark.document.value.FieldRules;
import dev.tidemark.document.value.FieldWriter;
import dev.tidemark.document.value.InvalidRowException;
import dev.tidemark.document.value.JsonBuffer;
import dev.tidemark.document.value.ValueRejectedException;
import dev.tidemark.document.value.ValueWriter;
import dev.tidemark.expression.RowScope;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Document;
import dev.tidemark.sink.SinkField;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mapper of rows of one table to documents of one collection. Decisions that depend only on the version of the table are made
 * once; a row only runs the result. One thread at a time.
 */
public final class DocumentMapper {

    /** Max number of table versions that are kept: a table that changes more often costs a compilation now and then. */
    private static final int MOST_SCHEMAS = 64;

    private final Config.Document config;
    private final List<String> key;
    private final Map<String, SinkField> declared = new HashMap<>();
    private final FieldPatterns patterns;
    private final boolean nested;
    private final Map<RowSchema, RowWriter> writers = new HashMap<>();
    private final Map<RowSchema, DocumentIds> ids = new HashMap<>();
    private final JsonBuffer buffer = new JsonBuffer();
    private @Nullable RowWriter last;

    /**
     * Creates a mapper.
     *
     * @param key the columns of the document's id
     * @param collection the collection as it is now; its declared types win over the table's
     */
    public DocumentMapper(Config.Document config, List<String> key, CollectionInfo collection) {
        this.config = config;
        this.key = List.copyOf(key);
        this.nested = collection.nested();
        this.patterns = new FieldPatterns(collection);
        collection.fields().forEach(field -> declared.put(field.name(), field));
    }

    /** Returns the ids of rows of that schema. */
    public DocumentIds ids(RowSchema schema) {
        RowWriter writer = last;
        if (writer != null && writer.schema() == schema) {
            return writer.ids();
        }
        return idsKept(schema);
    }

    private DocumentIds idsKept(RowSchema schema) {
        // Not a writer: rows of only the key's columns have ids, too, and expressions would be compiled for them.
        if (ids.size() >= MOST_SCHEMAS) {
            ids.clear();
        }
        return ids.computeIfAbsent(schema, this::idsOf);
    }

    private DocumentIds idsOf(RowSchema schema) {
        return config.id() instanceof DocumentId.Computed computed
                ? ComputedIds.of(computed.prefix(), computed.expression(), key, schema)
                : KeyIds.of(config.idPrefix(), key, schema);
    }

    /**
     * Returns the row's document.
     *
     * @param row {@linkplain #isEnough enough} for a document
     * @throws ValueRejectedException if a value does not fit its field: column, value, reason; an {@link InvalidRowException} if
     *     it breaks a rule of the configuration
     */
    public Document map(String id, Row row) throws ValueRejectedException {
        RowSize.check(row);
        writer(row.schema()).write(buffer, id, row);
        return new Document(id, buffer.toBytes());
    }

    /**
     * Returns a document of some of the row's fields, without the others; a field that has no value is an explicit null.
     *
     * @param changed what {@link #changed} returned for this row, or for it and others before it; not {@link ChangedFields#ALL}
     * @throws ValueRejectedException if a value does not fit its field: column, value, reason
     */
    public Document map(String id, Row row, long changed) throws ValueRejectedException {
        writer(row.schema()).write(buffer, id, row, changed);
        return new Document(id, buffer.toBytes());
    }

    /**
     * Returns the fields that an update changed.
     *
     * @param before the row before, of the same schema instance, as far as it is known
     * @param after the row now; a column that was not sent did not change
     * @return the fields; {@link ChangedFields#ALL} if all changed, if nothing is known, if the collection takes this change only
     *     as a full document, or if the row is not known to have been a document and to be one still
     */
    public long changed(@Nullable Row before, Row after) {
        if (before == null && after.complete()) {
            return ChangedFields.ALL;
        }
        return writer(after.schema()).changed(before, after);
    }

    /** Returns whether the row has every column that the document and its selection are formed from; else it must be re-read. */
    public boolean isEnough(Row row) {
        return row.complete() || writer(row.schema()).isEnough(row);
    }

    /** Returns whether a column has another type than its field takes: the row is older or newer than the collection. */
    public boolean isUnfit(RowSchema schema) {
        return writer(schema).isUnfit();
    }

    /** Returns the fields that the collection requires and the row has no value for; those of expressions are not among them. */
    public Set<String> missing(Row row) {
        return row.tooLarge() > 0 ? Set.of() : writer(row.schema()).missing(row);
    }

    /** Returns the names of the fields that are written for rows of that schema, those without a value among them. */
    public List<String> fields(RowSchema schema) {
        return writer(schema).fields();
    }

    /** Decisions whether a row becomes a document. */
    public enum Verdict {
        KEPT,
        /** It does not: {@code where} or {@code softDelete} leaves it out. */
        LEFT_OUT,
        /** A column that decides was not sent: the row must be re-read. */
        UNKNOWN
    }

    /** Returns whether some rows are left out. */
    public boolean isSelective() {
        return !config.selection().isEmpty();
    }

    /**
     * Returns whether the row becomes a document.
     *
     * @throws ValueRejectedException if that cannot be determined: the condition fails for this row
     */
    public Verdict verdict(Row row) throws ValueRejectedException {
        RowSize.check(row);
        return isSelective() ? writer(row.schema()).verdict(row) : Verdict.KEPT;
    }

    private RowWriter writer(RowSchema schema) {
        RowWriter writer = last;
        if (writer == null || writer.schema() != schema) {
            if (writers.size() >= MOST_SCHEMAS) {
                writers.clear();
            }
            writer = writers.computeIfAbsent(schema, this::compile);
            last = writer;
        }
        return writer;
    }

    private RowWriter compile(RowSchema schema) {
        List<FieldWriter> fields = new ArrayList<>();
        boolean partial = true;
        boolean unfit = false;
        RowScope scope = new RowScope(schema);
        List<String> names = new ArrayList<>();
        for (FieldPlan.Field field : FieldPlan.of(config, schema, scope)) {
            if (field.source() instanceof FieldPlan.OfPath) {
                continue; // written by the field that it is inside of
            }
            fields.add(compile(field));
            names.add(field.name());
            unfit |=
                    field.source() instanceof FieldPlan.OfColumn of && FieldPlan.writer(of, writtenType(field)) == null;
            partial &= !nested || isFlat(field);
        }
        RowFilter filter = RowFilter.of(config.selection(), schema, scope);
        return new RowWriter(schema, idsKept(schema), fields, names, filter, partial, unfit);
    }

    /**
     * Returns whether the field's value never is an object with fields of its own. If nested fields are enabled, a partial update
     * leaves those as fields of the document, alongside the object, and does not forget old ones (decision 0011).
     */
    private boolean isFlat(FieldPlan.Field field) {
        return !writtenType(field).startsWith("object") && field.name().indexOf('.') < 0;
    }

    private FieldWriter compile(FieldPlan.Field field) {
        byte[] prefix = prefix(field.name());
        SinkField there = declared.get(field.name());
        boolean optional = there == null || there.optional();
        FieldRules rules = FieldRules.of(config.validation(), field.name());
        FieldPlan.Source source = field.source();
        if (source instanceof FieldPlan.OfPoint of) {
            return new FieldWriter.OfPoint(
                    prefix,
                    new int[] {of.latIndex(), of.lonIndex()},
                    optional,
                    of.lat().name(),
                    rules);
        } else if (source instanceof FieldPlan.Unfit unfit) {
            return new FieldWriter.Unfit(prefix, optional, unfit.reason());
        }
        String type = writtenType(field);
        ValueWriter known = FieldPlan.writer(source, type);
        // Reported at start by problems(); a column retyped while running ends here: its rows become dead letters.
        ValueWriter writer = known != null ? known : rejecting(FieldPlan.words(source), type);
        if (source instanceof FieldPlan.OfExpression of) {
            return new FieldWriter.OfExpression(prefix, optional, field.name(), of.expression(), writer, rules);
        }
        FieldPlan.OfColumn of = (FieldPlan.OfColumn) source;
        boolean json = of.column().type().kind() == Kind.JSON;
        return new FieldWriter.OfColumn(
                prefix, new int[] {of.index()}, optional, of.column().name(), json, writer, rules);
    }

    private static ValueWriter rejecting(String source, String type) {
        return (out, value) -> {
            throw new ValueRejectedException(source + " cannot be written to a field of type " + type);
        };
    }

    /**
     * Returns the type in which values are written: what the collection declares wins, except that only we know of milliseconds.
     */
    private String writtenType(FieldPlan.Field field) {
        String planned = FieldPlan.type(field);
        SinkField there = declared.get(field.name());
        if (!patterns.isEmpty() && (there == null || !FieldPlan.fits(field.source(), there.type()))) {
            SinkField covering = patterns.covering(FieldPlan.declared(field));
            return covering != null && !planned.equals("int64ms") && FieldPlan.fits(field.source(), covering.type())
                    ? covering.type()
                    : planned;
        }
        if (there == null || planned.equals("int64ms") || !isConcrete(there.type())) {
            return planned;
        }
        return there.type();
    }

    private static boolean isConcrete(String type) {
        return !type.equals("auto") && !type.equals("string*");
    }

    private static byte[] prefix(String name) {
        JsonBuffer buffer = new JsonBuffer();
        buffer.raw((byte) ',');
        buffer.string(name);
        buffer.raw((byte) ':');
        return buffer.toBytes();
    }

    /** Returns the row's values as one JSON object, for a dead letter of a row that no document can be formed from. */
    public static String describe(Row row) {
        JsonBuffer out = new JsonBuffer();
        out.raw((byte) '{');
        String separator = "";
        for (int i = 0; i < row.schema().columns().size(); i++) {
            Object value = row.get(i);
            if (value != null && value != Row.UNAVAILABLE) {
                out.ascii(separator);
                separator = ",";
                Column column = row.schema().columns().get(i);
                out.string(column.name());
                out.raw((byte) ':');
                out.string(
                        KeyText.canBeKey(column.type().kind())
                                ? KeyText.of(column.type().kind(), value)
                                : printable(column.type().kind(), value));
            }
        }
        out.raw((byte) '}');
        return new String(out.toBytes(), StandardCharsets.UTF_8);
    }

    private static String printable(Kind kind, Object value) {
        return kind == Kind.POINT ? java.util.Arrays.toString((double[]) value) : String.valueOf(value);
    }
}
