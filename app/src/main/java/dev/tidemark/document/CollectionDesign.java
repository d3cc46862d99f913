package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.config.Expression;
import dev.tidemark.connector.ColumnType;
import dev.tidemark.connector.RowSchema;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.expression.RowScope;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a collection looks like when it is made from rows of one schema, and how an existing one differs from that. Its expressions
 * are compiled once, when they are first asked for. One thread at a time.
 */
public final class CollectionDesign {

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

        /** The collection as it will be after it. */
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

    /** The fields of a collection made from the table. */
    public List<SinkField> fields() {
        return plan().stream().map(FieldPlan::declared).toList();
    }

    /** Whether the collection needs nested fields. */
    public static boolean nested(List<SinkField> fields) {
        return fields.stream().anyMatch(field -> field.type().startsWith("object"));
    }

    /**
     * What the table's present columns ask of the collection after a column was added or dropped: new columns become
     * optional fields, and a required field that lost its column becomes optional.
     */
    public Alteration follow(CollectionInfo collection) {
        Map<String, SinkField> there = new HashMap<>();
        collection.fields().forEach(field -> there.put(field.name(), field));
        List<SinkField> add = new ArrayList<>();
        List<String> drop = new ArrayList<>();
        List<SinkField> fields = fields();
        for (SinkField field : fields) {
            if (!there.containsKey(field.name())
                    && (collection.nested() || !field.type().startsWith("object"))) {
                add.add(optional(field));
            }
        }
        List<String> names = fields.stream().map(SinkField::name).toList();
        for (SinkField field : collection.fields()) {
            boolean plain = !field.name().contains(".") && !field.name().contains("*");
            if (!field.optional()
                    && plain
                    && !names.contains(field.name())
                    && !Objects.equals(field.name(), collection.defaultSortingField())) {
                drop.add(field.name());
                add.add(optional(field));
            }
        }
        return new Alteration(add, drop);
    }

    private static SinkField optional(SinkField field) {
        return new SinkField(field.name(), field.type(), field.facet(), true, field.index(), field.sort());
    }

    /**
     * What keeps rows from becoming documents of the collection; empty where nothing does.
     *
     * @param key the columns of the document's key
     */
    public List<String> problems(List<String> key) {
        List<String> problems = new ArrayList<>(FieldPlan.problems(document, schema, scope, plan()));
        problems.addAll(FieldRules.problems(document.validation(), plan()));
        problems.addAll(RowFilter.problems(document.selection(), schema, scope));
        problems.addAll(Placements.problems(document.collectionBy(), schema, scope));
        if (document.idCel() != null) {
            problems.addAll(ComputedIds.problems(document.idCel(), schema, scope));
        }
        String unfit = KeyIds.unfit(key, schema);
        if (unfit != null) {
            problems.add("the id cannot be made of " + key + " of " + schema.table() + ": " + unfit);
        }
        return problems;
    }

    /** The columns that the id's expression reads; none where the id is the key. */
    public List<String> idColumns() {
        return document.idCel() == null ? List.of() : ComputedIds.columns(document.idCel(), schema, scope);
    }

    /** What the id is made of, for people: columns, or an expression. */
    public static List<String> idParts(Config.Document document, TableInfo table) {
        return document.idCel() == null
                ? table.key()
                : List.of("`" + document.idCel().text().strip() + "`");
    }

    /** What keeps documents of the table from fitting an existing collection; empty where nothing does. */
    public List<String> mismatches(CollectionInfo collection) {
        Map<String, SinkField> there = new HashMap<>();
        collection.fields().forEach(field -> there.put(field.name(), field));
        List<String> mismatches = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (FieldPlan.Field field : plan()) {
            names.add(field.name());
            SinkField declared = there.get(field.name());
            boolean fits = declared == null
                    || declared.type().equals("auto")
                    || declared.type().equals("string*")
                    || FieldPlan.fits(field.source(), declared.type());
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

    /** A text that changes when documents of the table would come out differently: table, key, fields, types, selection. */
    public static String fingerprint(Config.Document document, TableInfo table, CollectionInfo collection) {
        StringBuilder text = new StringBuilder(place(document, table, collection))
                .append(document.idPrefix())
                .append(String.join(":", table.key()));
        if (document.idCel() != null) {
            text.append("; id `").append(document.idCel().text().strip()).append('`');
        }
        Map<String, Config.Field> fields = document.fields();
        if (fields != null) {
            fields.forEach((name, field) -> text.append("; ")
                    .append(name)
                    .append(" = ")
                    .append(origin(name, field))
                    .append(" ")
                    .append(Objects.toString(field.type(), "default")));
        }
        Config.Joined joined = document.joined();
        if (joined != null) {
            text.append("; joined by ").append(joined.fingerprint(table.definition()));
        }
        Config.Selection selection = document.selection();
        if (selection.where() != null) {
            text.append("; where `").append(selection.where().text().strip()).append('`');
        }
        if (selection.softDelete() != null) {
            text.append("; soft delete by ").append(selection.softDelete().text());
        }
        if (!document.validation().rules().isEmpty()) {
            text.append("; require ").append(document.validation().rules());
            text.append(", else ").append(document.validation().onInvalid());
        }
        return text.toString();
    }

    private static Object origin(String name, Config.Field field) {
        if (field.cel() != null) {
            return "`" + field.cel().text().strip() + "`";
        }
        return field.point() != null ? field.point() : Objects.toString(field.column(), name);
    }

    /** The columns with their types, in the order of their names: documents of rows that differ in it may differ, too. */
    public static List<String> columns(RowSchema schema) {
        return schema.columns().stream()
                .map(column -> column.name() + " " + words(column.type()))
                .sorted()
                .toList();
    }

    private static String words(ColumnType type) {
        ColumnType element = type.element();
        return type.kind()
                + (type.precision() == 0 ? "" : "(" + type.precision() + ")")
                + (element == null ? "" : " of " + words(element));
    }

    /** Whether the fingerprint is of that table and that very collection, whatever the mapping was. */
    public static boolean names(
            String fingerprint, Config.Document document, TableInfo table, CollectionInfo collection) {
        return fingerprint.startsWith(place(document, table, collection));
    }

    /** All collections of an expression have one mapping, and one fingerprint. */
    private static String place(Config.Document document, TableInfo table, CollectionInfo collection) {
        Expression by = document.collectionBy();
        return table.schema().table() + " -> "
                + (by == null ? collection.name() : "`" + by.text().strip() + "`")
                + " by ";
    }
}
