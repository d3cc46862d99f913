package dev.tidemark.document;

import dev.tidemark.config.Config;
import dev.tidemark.connector.data.RowSchema;
import dev.tidemark.document.value.FieldPlan;
import dev.tidemark.expression.RowScope;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes that an existing collection needs to take the rows of a table whose columns were changed. Remembers what the table
 * required before: a field is only altered if the table changed, so what an operator chose manually stays. One thread at a time.
 */
public final class CollectionChanges {

    private static final Set<String> LATE_TYPES = Set.of("auto", "string*");

    private final Config.Document config;
    /** Declaration that the table last required of each field; also of fields that it does not have any more. */
    private final Map<String, SinkField> before = new HashMap<>();

    private Set<String> names;

    /**
     * A field that cannot be changed as its column was.
     *
     * @param message which field, from what to what, and why
     * @param hint what to do about it
     */
    public record Blocked(String field, String message, String hint) {}

    /**
     * Changes to be made.
     *
     * @param alteration of the collection
     * @param emptied fields of it whose stored values possibly do not fit the new type
     * @param blocked what cannot be done
     */
    public record Plan(CollectionDesign.Alteration alteration, Set<String> emptied, List<Blocked> blocked) {}

    /**
     * Creates the record of what the table last required of a collection.
     *
     * @param table the table as the catalog describes it at the start
     * @param columns as they were recorded when the collection followed last ({@link Columns})
     * @param collection as it is
     */
    public CollectionChanges(Config.Document config, RowSchema table, List<String> columns, CollectionInfo collection) {
        this.config = config;
        this.names = new HashSet<>(columns.stream().map(Columns::name).toList());
        RowSchema recorded = Columns.schema(table.table(), columns, table);
        if (recorded != null) {
            Map<String, SinkField> there = byName(collection.fields());
            for (FieldPlan.Field field : plan(recorded)) {
                SinkField declared = there.get(field.name());
                boolean unfit = declared != null
                        && !LATE_TYPES.contains(declared.type())
                        && !FieldPlan.fits(field.source(), declared.type());
                if (!unfit
                        && !(field.source()
                                instanceof
                                FieldPlan.Unfit)) { // else an earlier process could not alter it: it is tried again
                    before.put(field.name(), FieldPlan.declared(field));
                }
            }
        }
    }

    private List<FieldPlan.Field> plan(RowSchema schema) {
        return FieldPlan.of(config, schema, new RowScope(schema));
    }

    private static Map<String, SinkField> byName(List<SinkField> fields) {
        Map<String, SinkField> byName = new HashMap<>();
        fields.forEach(field -> byName.put(field.name(), field));
        return byName;
    }

    /**
     * Plans what rows of the schema require of the collection.
     *
     * @param nulls required fields that a row has no value for: proof that they are not required
     * @param shared whether rows of other tables are in the collection, too
     */
    public Plan plan(RowSchema schema, Set<String> nulls, CollectionInfo collection, boolean shared) {
        Map<String, SinkField> there = byName(collection.fields());
        List<SinkField> add = new ArrayList<>();
        List<String> drop = new ArrayList<>();
        Set<String> emptied = new HashSet<>();
        List<Blocked> blocked = new ArrayList<>();
        Set<String> planned = new HashSet<>();
        Set<String> now = names(schema);
        for (FieldPlan.Field field : plan(schema)) {
            planned.add(field.name());
            if (field.source() instanceof FieldPlan.Unfit) {
                continue;
            }
            SinkField declared = there.get(field.name());
            if (declared == null) {
                SinkField fresh = FieldPlan.declared(field).asOptional();
                boolean possible = collection.nested() || !fresh.type().startsWith("object");
                if (isNew(field, now) && possible) {
                    add.add(fresh);
                    emptied.add(field.name());
                }
                continue;
            }
            if (field.config().type() != null && !FieldPlan.fits(field.source(), FieldPlan.type(field))) {
                blocked.add(new Blocked(
                        field.name(),
                        "field '" + field.name() + "' of collection " + collection.name() + " cannot be formed from "
                                + FieldPlan.words(field.source()) + " any more: the configuration names its type, "
                                + field.config().type(),
                        "Correct 'type' of that field under 'documents' and restart."));
                continue;
            }
            SinkField changed = changed(field, declared, nulls.contains(field.name()));
            if (changed == null) {
                continue;
            }
            Blocked reason = blocked(field, declared, changed, collection, shared);
            if (reason != null) {
                blocked.add(reason);
                continue;
            }
            drop.add(field.name());
            add.add(changed);
            if (!changed.type().equals(declared.type())) {
                emptied.add(field.name());
            }
        }
        if (!now.equals(names)) {
            for (SinkField field : collection.fields()) {
                boolean plain = !field.name().contains(".") && !field.name().contains("*");
                boolean lost = !field.optional() && plain && !planned.contains(field.name());
                if (lost && !field.name().equals(collection.defaultSortingField())) {
                    drop.add(field.name());
                    add.add(field.asOptional());
                }
            }
        }
        return new Plan(new CollectionDesign.Alteration(add, drop), emptied, blocked);
    }

    private static Set<String> names(RowSchema schema) {
        Set<String> names = new HashSet<>();
        schema.columns().forEach(column -> names.add(column.name()));
        return names;
    }

    /**
     * Returns whether the table did not have the field before; a field that was left out of the collection manually is not new.
     */
    private boolean isNew(FieldPlan.Field field, Set<String> now) {
        return !before.containsKey(field.name()) && !now.equals(names);
    }

    /** Returns the field as it has to become; null if it can stay. */
    private @Nullable SinkField changed(FieldPlan.Field field, SinkField declared, boolean hasNull) {
        if (LATE_TYPES.contains(declared.type())) {
            return null;
        }
        SinkField wanted = FieldPlan.declared(field);
        SinkField last = before.get(field.name());
        boolean fits = FieldPlan.fits(field.source(), declared.type());
        boolean retyped = last == null
                ? !fits
                : !last.type().equals(wanted.type())
                        && (!fits || declared.type().equals(last.type()));
        if (retyped && !declared.type().equals(wanted.type())) {
            return declared.retyped(wanted.type(), field.config().sort());
        }
        boolean nullable = last != null && !last.optional() && wanted.optional();
        boolean decided = Boolean.FALSE.equals(field.config().optional());
        return !declared.optional() && !decided && (nullable || hasNull) ? declared.asOptional() : null;
    }

    private static @Nullable Blocked blocked(
            FieldPlan.Field field, SinkField declared, SinkField changed, CollectionInfo collection, boolean shared) {
        boolean retyped = !declared.type().equals(changed.type());
        String what = "field '" + field.name() + "' of collection " + collection.name()
                + (retyped
                        ? " is " + declared.type() + " and cannot become " + changed.type() + " as "
                                + FieldPlan.words(field.source()) + " requires: "
                        : " is required and cannot become optional: ");
        String rebuild = "Drop the collection and restart Tidemark, which creates it from the table and loads it";
        if (field.name().equals(collection.defaultSortingField())) {
            return new Blocked(
                    field.name(),
                    what + "it is the default_sorting_field, which Typesense would forget",
                    rebuild + "; or create it by hand before that, with the default_sorting_field that you need.");
        }
        if (retyped && changed.type().startsWith("object") && !collection.nested()) {
            return new Blocked(
                    field.name(),
                    what + "nested fields are not enabled there, which Typesense decides when it creates a collection",
                    rebuild + "; or set 'type: string' for that field.");
        }
        if (retyped && shared && !isWider(declared.type(), changed.type())) {
            return new Blocked(
                    field.name(),
                    what + "rows of other tables are in the collection, too",
                    "Change that column of all of the tables, then: " + rebuild + ".");
        }
        return null;
    }

    /** Returns whether every value of the type is also a value of the other type. */
    private static boolean isWider(String type, String than) {
        return (type.equals("int32") && than.equals("int64")) || (type.startsWith("int") && than.equals("float"));
    }

    /**
     * Records that the collection follows the schema now; what could not be altered will be tried again.
     *
     * @param failed fields that do not follow it
     * @param altered whether the server took the alteration
     */
    public void followed(RowSchema schema, Set<String> failed, boolean altered) {
        if (altered) {
            names = names(schema);
        }
        for (FieldPlan.Field field : plan(schema)) {
            if (!failed.contains(field.name()) && !(field.source() instanceof FieldPlan.Unfit)) {
                before.put(field.name(), FieldPlan.declared(field));
            }
        }
    }
}
