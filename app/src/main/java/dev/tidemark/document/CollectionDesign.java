package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentId;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.FieldNames;
import dev.tidemark.document.value.FieldPatterns;
import dev.tidemark.document.value.FieldPlan;
import dev.tidemark.document.value.FieldRules;
import dev.tidemark.expression.RowScope;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Design of a collection created from rows of one schema, and its differences from an existing collection. Its expressions are
 * compiled once, when they are first requested. One thread at a time.
 */
public final class CollectionDesign {

    /** Expressions that yield the column {@code id} itself. */
    private static final Set<String> ID_ITSELF = Set.of("row.id", "string(row.id)");

    private final Config.Document document;
    private final RowSchema schema;
    private final RowScope scope;
    private @Nullable List<FieldPlan.Field> planned;

    public CollectionDesign(Config.Document document, RowSchema schema) {
        this.document = document;
        this.schema = schema;
        this.scope = new RowScope(schema);
    }

    private List<FieldPlan.Field> plan() {
        List<FieldPlan.Field> plan = planned;
        if (plan == null) {
            plan = FieldPlan.of(document, schema, scope);
            planned = plan;
        }
        return plan;
    }

    /**
     * Fields to add to a collection and to drop from it, so that it takes the table's rows.
     *
     * @param add optional fields to add; a name in both lists is replaced
     * @param drop names of fields to drop first
     */
    public record Alteration(List<SinkField> add, List<String> drop) {

        /** Nothing to do. */
        public static final Alteration NONE = new Alteration(List.of(), List.of());

        public boolean isEmpty() {
            return add.isEmpty() && drop.isEmpty();
        }

        /** Returns the collection as it will be after the alteration. */
        public CollectionInfo applied(CollectionInfo collection) {
            List<SinkField> fields = new ArrayList<>(collection.fields());
            fields.removeIf(field -> drop.contains(field.name()));
            fields.addAll(add);
            return new CollectionInfo(
                    collection.name(),
                    fields,
                    collection.nested(),
                    collection.defaultSortingField(),
                    collection.documents());
        }
    }

    /** Returns the fields of a collection created from the table. */
    public List<SinkField> fields() {
        return plan().stream()
                .filter(field ->
                        !FieldPlan.type(field).equals(FieldPlan.UNCHECKED) && !FieldNames.isPattern(field.name()))
                .map(FieldPlan::declared)
                .toList();
    }

    /** Returns whether the collection needs nested fields. */
    public static boolean nested(List<SinkField> fields) {
        return fields.stream().anyMatch(field -> field.type().startsWith("object"));
    }

    /**
     * Returns what the table's present columns require of the collection after a column was added or dropped: new columns become
     * optional fields, and a required field that lost its column becomes optional.
     */
    public Alteration follow(CollectionInfo collection) {
        Map<String, SinkField> there = new HashMap<>();
        collection.fields().forEach(field -> there.put(field.name(), field));
        List<SinkField> add = new ArrayList<>();
        List<String> drop = new ArrayList<>();
        List<SinkField> fields = fields();
        Alteration explicit = underPatterns(collection);
        add.addAll(explicit.add());
        drop.addAll(explicit.drop());
        FieldPatterns patterns = new FieldPatterns(collection);
        for (SinkField field : fields) {
            if (!there.containsKey(field.name())
                    && patterns.covering(field) == null
                    && (collection.nested() || !field.type().startsWith("object"))) {
                add.add(field.asOptional());
            }
        }
        for (SinkField path : changedPaths(there)) {
            drop.add(path.name());
            add.add(path);
        }
        List<String> names = fields.stream().map(SinkField::name).toList();
        for (SinkField field : collection.fields()) {
            boolean plain = !field.name().contains(".") && !field.name().contains("*");
            if (!field.optional()
                    && plain
                    && !names.contains(field.name())
                    && !Objects.equals(field.name(), collection.defaultSortingField())) {
                drop.add(field.name());
                add.add(field.asOptional());
            }
        }
        return new Alteration(add, drop);
    }

    /**
     * Returns what makes fields of the table's columns explicit that the collection has, or would have, by a pattern of names:
     * Typesense would take their types from the first document, so a later start could find types that the columns do not fit.
     */
    public Alteration underPatterns(CollectionInfo collection) {
        FieldPatterns patterns = new FieldPatterns(collection);
        List<SinkField> add = new ArrayList<>();
        List<String> drop = new ArrayList<>();
        if (patterns.isEmpty()) {
            return Alteration.NONE;
        }
        Map<String, SinkField> there = new HashMap<>();
        collection.fields().forEach(field -> there.put(field.name(), field));
        for (FieldPlan.Field field : plan()) {
            SinkField covered = covered(patterns, field);
            SinkField present = there.get(field.name());
            if (covered == null || (!collection.nested() && covered.type().startsWith("object"))) {
                continue;
            }
            if (present == null) {
                add.add(covered);
            } else if (present.optional() && !FieldPlan.fits(field.source(), present.type())) {
                drop.add(field.name());
                add.add(covered);
            }
        }
        return new Alteration(add, drop);
    }

    /** Returns the field that a pattern yields, if the column can be written to it. */
    private static @Nullable SinkField covered(FieldPatterns patterns, FieldPlan.Field field) {
        if (field.source() instanceof FieldPlan.OfPath
                || FieldNames.isPattern(field.name())
                || FieldPlan.type(field).equals(FieldPlan.UNCHECKED)) {
            return null;
        }
        SinkField covered = patterns.covering(FieldPlan.declared(field));
        return covered != null && FieldPlan.fits(field.source(), covered.type()) ? covered : null;
    }

    /** Returns the problem of each column whose name cannot be used in Typesense's searches, by the line that renames it. */
    public Map<String, String> unsearchable() {
        Map<String, String> lines = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        plan().forEach(field -> names.add(field.name()));
        for (FieldPlan.Field field : plan()) {
            String name = field.name();
            FieldNames.problem(name).ifPresent(problem -> {
                String instead = FieldNames.instead(name, names);
                names.add(instead);
                lines.put(
                        "rename it under 'fields', along with the other columns, such as " + instead + ": \""
                                + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
                        "column '" + name + "' of " + schema.table() + " " + problem);
            });
        }
        return lines;
    }

    /** Returns the values inside of JSON that the collection declares differently from the configuration. */
    private List<SinkField> changedPaths(Map<String, SinkField> there) {
        List<SinkField> changed = new ArrayList<>();
        for (FieldPlan.Field field : plan()) {
            SinkField declared = there.get(field.name());
            SinkField wanted = FieldPlan.declared(field);
            if (field.source() instanceof FieldPlan.OfPath
                    && declared != null
                    && !(declared.type().equals(wanted.type()) && declared.index() == wanted.index())) {
                changed.add(wanted.asOptional());
            }
        }
        return changed;
    }

    /**
     * Returns the problems that keep rows from becoming documents of the collection; empty if there are none.
     *
     * @param key the columns of the document's key
     */
    public List<String> problems(List<String> key) {
        List<String> problems = new ArrayList<>(FieldPlan.problems(document, schema, scope, plan()));
        problems.addAll(FieldRules.problems(document.validation(), plan()));
        problems.addAll(RowFilter.problems(document.selection(), schema, scope));
        if (document.destination() instanceof Destination.Dynamic dynamic) {
            problems.addAll(Placements.problems(dynamic.expression(), schema, scope));
        }
        if (document.id() instanceof DocumentId.Computed id) {
            problems.addAll(ComputedIds.problems(id.expression(), schema, scope));
        }
        String unfit = KeyIds.unfit(key, schema);
        if (unfit != null) {
            problems.add("the id cannot be formed from " + key + " of " + schema.table() + ": " + unfit);
        }
        return problems;
    }

    /**
     * Returns the message that a column named {@code id} is in no field: a document's {@code id} is formed from its key, and a
     * field cannot have that name. Empty if the id is that column, or if the configuration says what the fields are.
     *
     * @param key the columns of the document's key
     */
    public Optional<String> leftOut(List<String> key) {
        if (document.fields() != null || schema.indexOf(FieldPlan.ID) < 0) {
            return Optional.empty();
        }
        boolean is = document.id() instanceof DocumentId.Computed id
                ? ID_ITSELF.contains(id.expression().text().strip())
                : key.equals(List.of(FieldPlan.ID));
        String parts = String.join(", ", idParts(document, key));
        return is
                ? Optional.empty()
                : Optional.of("column id of " + schema.table() + " is left out: a document's 'id' is formed from "
                        + parts + ", and no other field can have that name");
    }

    /** Returns the line that keeps what is {@link #leftOut}. */
    public String lineForId() {
        String table = schema.table().table();
        String singular = table.endsWith("s") && table.length() > 1 ? table.substring(0, table.length() - 1) : table;
        String name = singular.matches("[A-Za-z0-9_]+") ? singular + "_id" : "row_id";
        return "name it under 'fields', along with the other columns, such as " + name + ": id";
    }

    /** Returns the columns that the id's expression reads; none if the id is the key. */
    public List<String> idColumns() {
        return document.id() instanceof DocumentId.Computed id
                ? ComputedIds.columns(id.expression(), schema, scope)
                : List.of();
    }

    /** Returns the human-readable parts that the id is formed from: columns, or an expression. */
    public static List<String> idParts(Config.Document document, TableInfo table) {
        return idParts(document, table.key());
    }

    private static List<String> idParts(Config.Document document, List<String> key) {
        return document.id() instanceof DocumentId.Computed id
                ? List.of(id.expression().quoted())
                : key;
    }

    /**
     * Returns the reasons why documents of the table do not fit an existing collection; empty if there are none.
     *
     * @param follows whether fields are altered while the pipeline runs: what the table decides is not a mismatch then
     */
    public List<String> mismatches(CollectionInfo collection, boolean follows) {
        Map<String, SinkField> there = new HashMap<>();
        collection.fields().forEach(field -> there.put(field.name(), field));
        List<String> mismatches = new ArrayList<>();
        List<String> names = new ArrayList<>();
        FieldPatterns patterns = new FieldPatterns(collection);
        for (FieldPlan.Field field : plan()) {
            names.add(field.name());
            SinkField declared = there.get(field.name());
            boolean fits = declared == null
                    || (follows && field.config().type() == null)
                    || declared.type().equals("auto")
                    || declared.type().equals("string*")
                    || FieldPlan.fits(field.source(), declared.type())
                    || (declared.optional() && covered(patterns, field) != null); // written as at the first start
            if (!fits) {
                mismatches.add("field '" + field.name() + "' is "
                        + Objects.requireNonNull(declared).type()
                        + " in collection " + collection.name() + ", which " + FieldPlan.words(field.source())
                        + " cannot be written to");
            }
        }
        for (SinkField field : collection.fields()) {
            if (!field.optional()
                    && !field.name().contains("*")
                    && !field.name().contains(".")
                    && !names.contains(field.name())) {
                mismatches.add("field '" + field.name() + "' is required in collection " + collection.name()
                        + ", and no column is mapped to it");
            }
        }
        return mismatches;
    }

    /** Returns the columns with their types, in the order of their names: documents of rows that differ in it may differ, too. */
    public static List<String> columns(RowSchema schema) {
        return Columns.texts(schema).stream().sorted().toList();
    }
}
