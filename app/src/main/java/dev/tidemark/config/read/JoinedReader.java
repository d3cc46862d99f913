package dev.tidemark.config.read;

import dev.tidemark.config.DocumentSource;
import dev.tidemark.config.yaml.YamlMap;
import dev.tidemark.config.yaml.YamlValue;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.data.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The keys {@code query}, {@code view} and {@code dependsOn} of a document. */
final class JoinedReader {

    private static final Pattern USES_IDS = Pattern.compile("\\bIN\\s*\\(\\s*:ids\\s*\\)", Pattern.CASE_INSENSITIVE);
    private static final String IDS_HINT =
            "write WHERE p.id IN (:ids), or (p.a, p.b) IN (:ids) where the id has two columns";

    /** The columns of a dependency that are the id themselves. */
    private static final Pattern COLUMNS = Pattern.compile("\\s*:\\w+(\\s*,\\s*:\\w+)*\\s*");

    private static final String DEPENDS_HINT =
            "such as { table: public.brands, ids: \"SELECT id FROM products WHERE brand_id = :id\" }";

    private JoinedReader() {}

    /** Parts that the document consists of besides its root. */
    record Parts(Join.Statement statement, List<Join.Dependency> dependencies, List<String> places) {
        DocumentSource.Joined of(SourceSettings.Table root) {
            return new DocumentSource.Joined(root, statement, dependencies, places);
        }
    }

    /** A dependency and its place in the file. */
    private record Placed(Join.Dependency dependency, String place) {}

    /** Returns the parts that the document consists of; empty if it is the table alone, or if its description is wrong. */
    static Optional<Parts> read(YamlMap document) {
        Optional<YamlValue> query = document.optional("query");
        Optional<YamlValue> view = document.optional("view");
        Optional<YamlValue> dependsOn = document.optional("dependsOn");
        List<Placed> dependencies = dependsOn.flatMap(YamlValue::items).orElse(List.of()).stream()
                .flatMap(item -> item.map().flatMap(JoinedReader::dependency).stream())
                .toList();
        if (query.isPresent() && view.isPresent()) {
            return view.get().wrong("does not go with 'query'", "remove one of them");
        }
        Optional<Join.Statement> statement = query.isPresent()
                ? query.flatMap(JoinedReader::query).map(Join.Query::new)
                : view.flatMap(DocumentsReader::table).map(Join.View::new);
        if (query.isEmpty() && view.isEmpty()) {
            return dependsOn.flatMap(
                    value -> value.wrong("needs a 'query' or a 'view'", "a document of one table depends on no other"));
        }
        String place = query.or(() -> view).map(YamlValue::place).orElse("");
        return statement.map(of -> new Parts(
                of,
                dependencies.stream().map(Placed::dependency).toList(),
                Stream.concat(Stream.of(place), dependencies.stream().map(Placed::place))
                        .toList()));
    }

    private static Optional<SqlTemplate> query(YamlValue value) {
        Optional<SqlTemplate> query = value.lines().map(SqlTemplate::of).flatMap(sql -> plain(value, sql));
        if (query.isEmpty()) {
            return query;
        }
        Set<String> names = query.get().names();
        if (!names.contains(Join.IDS)) {
            return value.wrong("does not say which documents to read", IDS_HINT);
        }
        if (!USES_IDS.matcher(query.get().toString()).find()) {
            return value.wrong("must use the ids as IN (:ids)", IDS_HINT);
        }
        if (names.size() > 1) {
            names.remove(Join.IDS);
            return value.wrong(
                    "has unknown placeholders: :" + String.join(", :", names), "only :ids is known in a query");
        }
        return query;
    }

    private static Optional<SqlTemplate> plain(YamlValue value, SqlTemplate sql) {
        return sql.hasQuestionMark()
                ? value.wrong(
                        "must not hold a ? outside of literals",
                        "name what is inserted; for the operators of jsonb write jsonb_exists(a, b)")
                : Optional.of(sql);
    }

    private static Optional<Placed> dependency(YamlMap map) {
        Optional<TableId> table = map.required("table", DEPENDS_HINT).flatMap(DocumentsReader::table);
        Optional<YamlValue> ids = map.required("ids", DEPENDS_HINT);
        Optional<SqlTemplate> sql =
                ids.flatMap(value -> value.lines().map(SqlTemplate::of).flatMap(of -> plain(value, of)));
        map.finish();
        if (table.isEmpty() || sql.isEmpty()) {
            return Optional.empty();
        }
        List<String> columns = new ArrayList<>(sql.get().names());
        if (columns.isEmpty()) {
            return ids.get()
                    .wrong(
                            "names no column of " + table.get(),
                            "write :id for its column id: where the documents' id stands in the table itself,"
                                    + " \":product_id\"; else a SELECT of their ids");
        }
        boolean direct = COLUMNS.matcher(sql.get().toString()).matches();
        Join.Dependency dependency = direct
                ? new Join.Dependency(table.get(), sql.get().placeholders(), null)
                : new Join.Dependency(table.get(), columns, sql.get());
        return Optional.of(new Placed(dependency, ids.get().place()));
    }
}
