package dev.tidemark.connector.postgres;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.postgres.PostgresCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The statements of a join, with the types of their parameters as the catalog has them. For one connection. */
final class JoinStatements {

    /** The rows of a dependency, seen from within its statement. No table of a user is called that. */
    private static final String ROWS = "tidemark_row";

    private final Join join;
    private final List<CatalogColumn> keys;
    private final List<List<CatalogColumn>> dependencies = new ArrayList<>();

    /** @throws SourceException where a table or a column is missing */
    JoinStatements(Connection connection, Join join) throws SQLException {
        this.join = join;
        PostgresCatalog catalog = new PostgresCatalog(connection);
        List<String> key = catalog.describe(new Table(join.root(), join.key())).key();
        this.keys = named(catalog, join.root(), key);
        for (Dependency dependency : join.dependencies()) {
            dependencies.add(named(catalog, dependency.table(), dependency.columns()));
        }
    }

    private static List<CatalogColumn> named(PostgresCatalog catalog, TableId table, List<String> names)
            throws SQLException {
        List<CatalogColumn> columns = catalog.columns(catalog.existing(table));
        List<CatalogColumn> found = new ArrayList<>();
        for (String name : names) {
            found.add(columns.stream()
                    .filter(column -> column.column().name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new SourceException(
                            "table " + table + " has no column " + name, "correct 'id' or 'dependsOn'", false, null)));
        }
        return found;
    }

    /** The columns of the root's key, which are the documents' id. */
    List<CatalogColumn> keys() {
        return keys;
    }

    /** The columns that a change of a dependency tells. */
    List<CatalogColumn> columns(int dependency) {
        return dependencies.get(dependency);
    }

    /** Reads documents; each time that the ids stand in the query, so many keys are its parameters. */
    String rows(int count) {
        String one = values(keys);
        String ids = String.join(", ", Collections.nCopies(count, keys.size() == 1 ? one : "(" + one + ")"));
        TableId view = join.view();
        return view == null
                ? Objects.requireNonNull(join.query()).with(name -> ids)
                : "SELECT * FROM " + quoted(view) + " WHERE (" + names(keys) + ") IN (" + ids + ")";
    }

    /** How often the parameters of {@link #rows} are to be bound. */
    int repeats() {
        SqlTemplate query = join.query();
        return query == null ? 1 : query.placeholders().size();
    }

    /** What the statement of a dependency yields for a row of NULLs: to have its columns described. */
    String described(int dependency) {
        return select(
                dependency, i -> "CAST(NULL AS " + columns(dependency).get(i).castType() + ")");
    }

    /** Finds documents: the parameters are an array for each column of the dependency, then the key of the last. */
    String concerned(int dependency, boolean after, int most) {
        List<CatalogColumn> columns = columns(dependency);
        String arrays = columns.stream()
                .map(column -> "CAST(? AS " + column.castType() + "[])")
                .collect(Collectors.joining(", "));
        String casts = IntStream.range(0, keys.size())
                .mapToObj(i -> "CAST(x.k" + i + " AS " + keys.get(i).castType() + ")")
                .collect(Collectors.joining(", "));
        String found = "SELECT " + casts + " FROM unnest(" + arrays + ") AS " + ROWS + "(" + list("c", columns.size())
                + ") CROSS JOIN LATERAL (" + select(dependency, i -> ROWS + ".c" + i) + "\n) AS x("
                + list("k", keys.size()) + ")";
        String names = list("k", keys.size());
        String known = IntStream.range(0, keys.size())
                .mapToObj(i -> "k" + i + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT DISTINCT " + names + " FROM (" + found + ") AS found(" + names + ") WHERE " + known
                + (after ? " AND (" + names + ") > (" + values(keys) + ")" : "") + " ORDER BY " + names + " LIMIT "
                + most;
    }

    /** Finds rows of the root: the parameters are the key of the last. */
    String all(boolean after, int most) {
        String names = names(keys);
        return "SELECT " + names + " FROM " + quoted(join.root())
                + (after ? " WHERE (" + names + ") > (" + values(keys) + ")" : "") + " ORDER BY " + names + " LIMIT "
                + most;
    }

    private String select(int dependency, Function<Integer, String> value) {
        Dependency of = join.dependencies().get(dependency);
        SqlTemplate select = Objects.requireNonNull(of.select());
        return select.with(name -> value.apply(of.columns().indexOf(name)));
    }

    private static String values(List<CatalogColumn> columns) {
        return columns.stream()
                .map(column -> "CAST(? AS " + column.castType() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String names(List<CatalogColumn> columns) {
        return columns.stream()
                .map(column -> Database.quoted(column.column().name()))
                .collect(Collectors.joining(", "));
    }

    private static String list(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(", "));
    }

    private static String quoted(@Nullable TableId table) {
        Objects.requireNonNull(table);
        return Database.quoted(table.schema()) + "." + Database.quoted(table.table());
    }
}
