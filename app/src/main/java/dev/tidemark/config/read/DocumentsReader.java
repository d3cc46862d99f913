package dev.tidemark.config.read;

import dev.tidemark.config.CollectionName;
import dev.tidemark.config.Config;
import dev.tidemark.config.Destination;
import dev.tidemark.config.DocumentId;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.Expression;
import dev.tidemark.config.Printable;
import dev.tidemark.config.TableMatch;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.data.TableId;
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

/** Reader of the list {@code documents}: which table becomes which collection. */
final class DocumentsReader {

    // Only with these characters, ids stay safe in a filter.
    private static final Pattern ID_PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final SharedCollections shared = new SharedCollections();
    private final Set<TableId> tablesByExpression = new HashSet<>();
    private final TableNames tables;

    DocumentsReader(TableNames tables) {
        this.tables = tables;
    }

    List<Config.Document> read(YamlValue value) {
        List<YamlValue> items = value.items().orElse(null);
        if (items != null && items.isEmpty()) {
            value.wrong("must name at least one table", "such as '- table: public.products'");
        }
        List<Config.Document> documents = new ArrayList<>();
        for (YamlValue item : items == null ? List.<YamlValue>of() : items) {
            item.map().ifPresent(map -> documents.addAll(documents(map)));
        }
        return documents;
    }

    /** Returns the documents of one entry: one for each table that it names. */
    private List<Config.Document> documents(YamlMap map) {
        List<TableMatch> matches = map.required("table", "such as 'table: public.products'")
                .map(tables::of)
                .orElse(List.of());
        if (matches.isEmpty()) {
            document(map, null);
            return List.of();
        }
        List<Config.Document> documents = new ArrayList<>();
        for (TableMatch match : matches) {
            Optional<Config.Document> document = document(map, match);
            if (!match.isExample()) {
                document.ifPresent(documents::add);
            }
        }
        return documents;
    }

    private Optional<Config.Document> document(YamlMap map, @Nullable TableMatch match) {
        Optional<TableId> table = Optional.ofNullable(match).map(TableMatch::table);
        String idPrefix = map.optional("idPrefix")
                .flatMap(value -> text(
                        value,
                        match,
                        ID_PREFIX,
                        "must hold only letters, digits, '_', '-', '.' and ':', at most 64",
                        "such as 'eu:'"))
                .orElse("");
        Config.DeleteWhere deleteWhere = map.optional("deleteWhere")
                .flatMap(YamlValue::map)
                .flatMap(DocumentsReader::deleteWhere)
                .orElse(null);
        Expression collectionBy = collectionBy(map, table);
        Optional<Destination> destination;
        if (map.optional("collection").filter(YamlValue::isMap).isPresent()) {
            destination = Optional.ofNullable(collectionBy).map(Destination.Family::new);
        } else {
            Optional<String> collection = collection(map, match);
            if (match == null || !match.isExample()) {
                collection.ifPresent(name -> shared.add(map, match, name, idPrefix));
            }
            destination = collection.map(Destination.Named::new);
        }
        Optional<YamlValue> givenId = map.optional("id");
        Expression idCel = givenId.filter(YamlValue::isMap)
                .flatMap(YamlValue::map)
                .flatMap(DocumentsReader::idExpression)
                .orElse(null);
        List<String> id =
                givenId.filter(value -> !value.isMap()).map(DocumentsReader::id).orElse(List.of());
        boolean create = map.optional("create").flatMap(YamlValue::bool).orElse(true);
        boolean adopt = map.optional("adopt").flatMap(YamlValue::bool).orElse(false);
        Map<String, Config.Field> fields = fields(map);
        Config.Selection selection = new Config.Selection(
                map.optional("where").flatMap(YamlValue::expression).orElse(null),
                map.optional("softDelete").flatMap(YamlValue::located).orElse(null));
        Config.Validation validation = ValidationReader.read(map, fields);
        Optional<JoinedReader.Parts> joined = JoinedReader.read(map);
        boolean isJoined = map.optional("query").or(() -> map.optional("view")).isPresent();
        if (isJoined) {
            givenId.filter(YamlValue::isMap)
                    .ifPresent(value -> value.wrong(
                            "an expression does not go with 'query' and 'view'",
                            "name columns of the root that make up the id; documents are read by them"));
            map.optional("idPrefix")
                    .ifPresent(value -> value.wrong(
                            "does not go with 'query' and 'view'", "give a joined document a collection of its own"));
            map.optional("deleteWhere")
                    .ifPresent(value ->
                            value.wrong("does not go with 'query' and 'view'", "name the table under 'dependsOn'"));
        }
        if (isJoined && match != null && match.isExample()) {
            map.problem(map.line(), "a pattern of tables does not go with 'query' and 'view'", "name one table");
        }
        if (collectionBy != null) {
            rejectWithExpression(map);
            givenId.filter(YamlValue::isMap)
                    .ifPresent(value -> value.wrong(
                            "an expression does not go with a collection by expression",
                            "name columns that make up the id, or one collection"));
            if (match != null && match.isExample()) {
                map.problem(
                        map.line(),
                        "a pattern of tables does not go with a collection by expression",
                        "name one table");
            }
        }
        map.finish();
        Optional<SourceSettings.Table> root =
                table.map(name -> new SourceSettings.Table(name, id, columnsOf(collectionBy), false));
        Optional<DocumentSource> source = root.map(
                of -> joined.<DocumentSource>map(parts -> parts.of(of)).orElseGet(() -> new DocumentSource.Rows(of)));
        DocumentId documentId =
                idCel == null ? new DocumentId.OfKey(idPrefix) : new DocumentId.Computed(idPrefix, idCel);
        return source.flatMap(of -> destination.map(to ->
                new Config.Document(of, to, documentId, create, adopt, fields, selection, validation, deleteWhere)));
    }

    /** Returns the columns that a change must contain of the row before it, so that its document is found again. */
    private static List<String> columnsOf(@Nullable Expression collectionBy) {
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

    private static void rejectWithExpression(YamlMap map) {
        for (String key : List.of("idPrefix", "deleteWhere", "query", "view")) {
            map.optional(key)
                    .ifPresent(value -> value.wrong(
                            "does not go with a collection by expression", "remove it, or name one collection"));
        }
    }

    /** Returns a text that must have the given form after what the pattern's groups matched was filled in. */
    private static Optional<String> text(
            YamlValue value, @Nullable TableMatch match, Pattern form, String rule, @Nullable String hint) {
        if (match == null || match.how() == TableMatch.How.NAMED) {
            return value.text(form, rule, hint);
        }
        Optional<String> filled = value.text().map(match::fill);
        if (filled.isEmpty() || form.matcher(filled.get()).matches()) {
            return filled;
        }
        int groups = match.groups().size();
        return match.isExample()
                ? value.invalid(
                        rule, groups == 0 ? "the pattern has no group in ( )" : "$1 to $" + groups + " are known")
                : value.wrong(
                        rule + "; for " + Printable.oneLine(match.table().toString()) + " it is '"
                                + Printable.oneLine(filled.get()) + "'",
                        "make the pattern narrower");
    }

    /** Returns the name of a table or a view. */
    static Optional<TableId> table(YamlValue value) {
        Optional<String> text = value.text();
        if (text.filter(TableNames::isPattern).isPresent()) {
            return value.invalid("must be one table", "only 'table' of a document takes a pattern");
        }
        return value.text(TableNames.NAME, "must be schema.table", "such as public.products, without quotes")
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

    /** Returns the collection's name; empty if it is wrong, or if none is given and the table's name does not yield one. */
    private Optional<String> collection(YamlMap map, @Nullable TableMatch match) {
        Optional<YamlValue> given = map.optional("collection");
        return given.isPresent()
                ? text(given.get(), match, CollectionName.PATTERN, CollectionName.RULE, null)
                : map.has("collection") || match == null ? Optional.empty() : defaultCollection(map, match);
    }

    private static Optional<String> defaultCollection(YamlMap map, TableMatch match) {
        if (CollectionName.isValid(match.table().table())) {
            return Optional.of(match.table().table());
        }
        map.problem(
                map.line(),
                "the table's name cannot be a collection's" + match.suffix(),
                "give 'collection'; it " + CollectionName.RULE);
        return Optional.empty();
    }

    private static Optional<Expression> idExpression(YamlMap map) {
        Optional<Expression> cel = map.required("cel", "such as \"string(row.shop) + '-' + row.sku\"")
                .flatMap(YamlValue::expression);
        map.finish();
        return cel;
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
