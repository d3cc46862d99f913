package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.TableId;
import dev.tidemark.connector.mysql.MySqlCatalog.CatalogColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The statements of a join, with the types of their parameters as the catalog has them. For one connection. */
final class JoinStatements {

    private final Join join;
    private final List<CatalogColumn> keys;
    private final List<List<CatalogColumn>> dependencies = new ArrayList<>();

    /** @throws SourceException where a table or a column is missing */
    JoinStatements(Connection connection, Join join) throws SQLException {
        this.join = join;
        MySqlCatalog catalog = new MySqlCatalog(connection);
        List<String> key = catalog.describe(new Table(join.root(), join.key())).key();
        this.keys = named(catalog, join.root(), key);
        for (Dependency dependency : join.dependencies()) {
            dependencies.add(named(catalog, dependency.table(), dependency.columns()));
        }
    }

    private static List<CatalogColumn> named(MySqlCatalog catalog, TableId table, List<String> names)
            throws SQLException {
        List<CatalogColumn> columns = catalog.columns(table);
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
        String one = keys.size() == 1 ? "?" : "(" + questionMarks(keys.size()) + ")";
        String ids = String.join(", ", Collections.nCopies(count, one));
        TableId view = join.view();
        return view == null
                ? Objects.requireNonNull(join.query()).with(name -> ids)
                : "SELECT * FROM " + MySqlCatalog.quoted(view) + " WHERE (" + names() + ") IN (" + ids + ")";
    }

    /** How often the parameters of {@link #rows} are to be bound. */
    int repeats() {
        SqlTemplate query = join.query();
        return query == null ? 1 : query.placeholders().size();
    }

    /** The statement of a dependency for one row: its parameters are {@link #parameters}. */
    String select(int dependency) {
        return Objects.requireNonNull(join.dependencies().get(dependency).select())
                .with(name -> "?");
    }

    /** The indexes of the columns that the parameters of a dependency's statement take, in their order. */
    int[] parameters(int dependency) {
        Dependency of = join.dependencies().get(dependency);
        return Objects.requireNonNull(of.select()).placeholders().stream()
                .mapToInt(of.columns()::indexOf)
                .toArray();
    }

    /**
     * Finds documents: the dependency's statement once for each of so many rows, so that each compares with values and uses its
     * index. The parameters are those of each row, then the key of the last.
     */
    String concerned(int dependency, int rows, boolean after, int most) {
        String select = select(dependency) + "\n";
        String all = rows == 1 ? select : "(" + String.join(") UNION ALL (", Collections.nCopies(rows, select)) + ")";
        String names = IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
        String known = IntStream.range(0, keys.size())
                .mapToObj(i -> "k" + i + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT DISTINCT " + names + " FROM (" + all + ") AS found (" + names + ") WHERE " + known
                + (after ? " AND (" + names + ") > (" + questionMarks(keys.size()) + ")" : "") + " ORDER BY " + names
                + " LIMIT " + most;
    }

    /** Finds rows of the root: the parameters are the key of the last. */
    String all(boolean after, int most) {
        return "SELECT " + names() + " FROM " + MySqlCatalog.quoted(join.root())
                + (after ? " WHERE (" + names() + ") > (" + questionMarks(keys.size()) + ")" : "") + " ORDER BY "
                + names() + " LIMIT " + most;
    }

    private String names() {
        return keys.stream()
                .map(column -> MySqlCatalog.quoted(column.column().name()))
                .collect(Collectors.joining(", "));
    }

    private static String questionMarks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }
}
