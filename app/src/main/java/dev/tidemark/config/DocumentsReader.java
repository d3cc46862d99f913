package dev.tidemark.config;

import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.TableId;
import dev.tidemark.expression.ParsedExpression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The list {@code documents}: which table becomes which collection. */
final class DocumentsReader {

    private static final Pattern TABLE =
            Pattern.compile("[^.\\s\"`][^.\"`]{0,62}(?<!\\s)\\.[^\\s\"`]([^\"`]{0,126}[^\\s\"`])?");

    // Of these alone, ids stay safe in a filter.
    private static final Pattern ID_PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final SharedCollections shared = new SharedCollections();
    private final Set<TableId> tablesByExpression = new HashSet<>();

    List<Config.Document> read(YamlValue value) {
        List<YamlValue> items = value.items().orElse(null);
        if (items != null && items.isEmpty()) {
            value.wrong("must name at least one table", "such as '- table: public.products'");
        }
        List<Config.Document> documents = new ArrayList<>();
        for (YamlValue item : items == null ? List.<YamlValue>of() : items) {
            item.map().flatMap(this::document).ifPresent(documents::add);
        }
        return documents;
    }

    private Optional<Config.Document> document(YamlMap map) {
        Optional<TableId> table =
                map.required("table", "such as 'table: public.products'").flatMap(DocumentsReader::table);
        String idPrefix = map.optional("idPrefix")
                .flatMap(value -> value.text(
                        ID_PREFIX,
                        "must hold only letters, digits, '_', '-', '.' and ':', at most 64",
                        "such as 'eu:'"))
                .orElse("");
        Config.DeleteWhere deleteWhere = map.optional("deleteWhere")
                .flatMap(YamlValue::map)
                .flatMap(DocumentsReader::deleteWhere)
                .orElse(null);
        Expression collectionBy = collectionBy(map, table);
        boolean byExpression =
                map.optional("collection").filter(YamlValue::isMap).isPresent();
        Optional<String> collection =
                byExpression ? table.map(Config.Document::unknownCollectionOf) : collection(map, table);
        collection.filter(name -> !byExpression).ifPresent(name -> shared.add(map, name, idPrefix));
        List<String> id = map.optional("id").map(DocumentsReader::id).orElse(List.of());
        boolean create = map.optional("create").flatMap(YamlValue::bool).orElse(true);
        Map<String, Config.Field> fields = fields(map);
        Config.Selection selection = new Config.Selection(
                map.optional("where").flatMap(YamlValue::expression).orElse(null),
                map.optional("softDelete").flatMap(YamlValue::text).orElse(null));
        Config.Validation validation = ValidationReader.read(map, fields);
        Config.Joined joined = JoinedReader.read(map);
        if (joined != null) {
            map.optional("idPrefix")
                    .ifPresent(value -> value.wrong(
                            "does not go with 'query' and 'view'", "give a joined document a collection of its own"));
            map.optional("deleteWhere")
                    .ifPresent(value ->
                            value.wrong("does not go with 'query' and 'view'", "name the table under 'dependsOn'"));
        }
        if (collectionBy != null) {
            refuseBesidesExpression(map);
        }
        map.finish();
        return table.flatMap(name -> collection.map(to -> new Config.Document(
                new SourceSettings.Table(name, id, told(collectionBy), false),
                to,
                create,
                fields,
                selection,
                validation,
                idPrefix,
                deleteWhere,
                joined,
                collectionBy)));
    }

    /** What a change must tell of the row before it, so that its document is found again. */
    private static List<String> told(@Nullable Expression collectionBy) {
        return collectionBy == null
                ? List.of()
                : ParsedExpression.of(collectionBy.text()).columns();
    }

    private @Nullable Expression collectionBy(YamlMap map, Optional<TableId> table) {
        Optional<YamlMap> given =
                map.optional("collection").filter(YamlValue::isMap).flatMap(YamlValue::map);
        if (given.isEmpty()) {
            return null;
        }
        Expression cel = given.get()
                .required("cel", "such as { cel: \"'products_' + row.tenant\" }")
                .flatMap(YamlValue::expression)
                .orElse(null);
        given.get().finish();
        if (table.isPresent() && !tablesByExpression.add(table.get())) {
            map.problem(
                    map.line(),
                    "another document puts rows of " + table.get() + " into collections by expression",
                    "keep one of them");
        }
        return cel;
    }

    private static void refuseBesidesExpression(YamlMap map) {
        for (String key : List.of("idPrefix", "deleteWhere", "query", "view")) {
            map.optional(key)
                    .ifPresent(value -> value.wrong(
                            "does not go with a collection by expression", "remove it, or name one collection"));
        }
    }

    /** A table or a view. */
    static Optional<TableId> table(YamlValue value) {
        return value.text(TABLE, "must be schema.table", "such as public.products, without quotes")
                .map(TableId::parse);
    }

    private static Optional<Config.DeleteWhere> deleteWhere(YamlMap map) {
        Optional<TableId> table =
                map.required("table", "such as 'table: public.tenants'").flatMap(DocumentsReader::table);
        String hint = "such as 'filter: \"tenant_id:=:id\"', where :id is a column of the deleted row";
        Optional<String> filter = map.required("filter", hint).flatMap(YamlValue::text);
        map.finish();
        return table.flatMap(name -> filter.map(text -> new Config.DeleteWhere(name, text)));
    }

    /** The collection's name; empty where it is wrong, or where none is given and the table's name is no help. */
    private Optional<String> collection(YamlMap map, Optional<TableId> table) {
        Optional<YamlValue> given = map.optional("collection");
        return given.isPresent()
                ? given.get().text(CollectionName.PATTERN, CollectionName.RULE, null)
                : map.has("collection") ? Optional.empty() : table.flatMap(id -> defaultCollection(map, id));
    }

    private static Optional<String> defaultCollection(YamlMap map, TableId table) {
        if (CollectionName.isValid(table.table())) {
            return Optional.of(table.table());
        }
        map.problem(
                map.line(),
                "the table's name cannot be a collection's",
                "give 'collection'; it " + CollectionName.RULE);
        return Optional.empty();
    }

    private static List<String> id(YamlValue value) {
        if (value.isScalar()) {
            return value.text().map(List::of).orElse(List.of());
        }
        List<String> columns = new ArrayList<>();
        List<YamlValue> items = value.items().orElse(null);
        if (items != null && items.isEmpty()) {
            value.wrong("must name at least one column", "leave it out to use the primary key");
        }
        for (YamlValue item : items == null ? List.<YamlValue>of() : items) {
            item.text().ifPresent(column -> {
                if (columns.contains(column)) {
                    item.wrong("this column is given twice", "remove one");
                }
                columns.add(column);
            });
        }
        return columns;
    }

    private static @Nullable Map<String, Config.Field> fields(YamlMap map) {
        Optional<YamlMap> given = map.optional("fields").flatMap(YamlValue::map);
        if (given.isEmpty()) {
            return null;
        }
        YamlMap fields = given.get();
        if (fields.keys().isEmpty()) {
            fields.problem(fields.line(), "must name at least one field", "leave it out to take every column");
        }
        Map<String, Config.Field> read = new LinkedHashMap<>();
        for (String name : fields.keys()) {
            fields.nullable(name)
                    .flatMap(value -> FieldReader.read(name, value))
                    .ifPresent(field -> read.put(name, field));
        }
        return read;
    }
}
