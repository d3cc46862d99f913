package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.Join.Dependency;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.SourceSettings.Table;
import dev.tidemark.connector.SqlTemplate;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The statements of a join, with the types of their parameters as the catalog has them. Immutable. */
public abstract class JoinStatements<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    private final Join join;
    private final List<C> keys;
    private final List<List<C>> dependencies = new ArrayList<>();
    private final KeyOrder<C> roots;
    private final KeyOrder<C> found;

    /** @throws SourceException if a table or a column is missing */
    protected JoinStatements(SqlDialect<C> dialect, Connection connection, Join join) throws SQLException {
        this.dialect = dialect;
        this.join = join;
        List<String> key =
                dialect.describe(connection, new Table(join.root(), join.key())).key();
        this.keys = named(connection, join.root(), key);
        this.roots = new KeyOrder<>(dialect, keys, quotedKeys());
        this.found = new KeyOrder<>(dialect, keys, numbered("k", keys.size()));
        for (Dependency dependency : join.dependencies()) {
            dependencies.add(named(connection, dependency.table(), dependency.columns()));
        }
    }

    private List<C> named(Connection connection, TableId table, List<String> names) throws SQLException {
        List<C> columns = dialect.columns(connection, table);
        List<C> found = new ArrayList<>();
        for (String name : names) {
            found.add(columns.stream()
                    .filter(column -> column.column().name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> SourceException.fatal(
                            "table " + table + " has no column " + name, "correct 'id' or 'dependsOn'")));
        }
        return found;
    }

    /** Returns the columns of the root's key, which are the documents' id. */
    public final List<C> keys() {
        return keys;
    }

    /** Returns the columns of a dependency whose values a change of it contains. */
    protected final List<C> columns(int dependency) {
        return dependencies.get(dependency);
    }

    /**
     * Returns the statement that reads documents; each time that the ids stand in the query, its parameters are {@code count}
     * keys.
     */
    final String rows(int count) {
        String one = keys.size() == 1 ? parameters() : "(" + parameters() + ")";
        return rowsOf(String.join(", ", Collections.nCopies(count, one)));
    }

    /** Returns the statement that reads the document of one key, whose values stand in the statement as they are given. */
    public final String rows(List<String> key) {
        String values = String.join(", ", key);
        return rowsOf(key.size() == 1 ? values : "(" + values + ")");
    }

    private String rowsOf(String ids) {
        return join.statement() instanceof Join.Query query
                ? query.select().with(name -> ids)
                : "SELECT * FROM " + dialect.quoted(((Join.View) join.statement()).name()) + " WHERE (" + names()
                        + ") IN (" + ids + ")";
    }

    /** Returns how often the parameters of {@link #rows} are to be bound. */
    final int repeats() {
        return join.statement() instanceof Join.Query query
                ? query.select().placeholders().size()
                : 1;
    }

    /** Returns the statement that finds rows of the root: the parameters are what {@link #bindAfter} binds. */
    final String all(boolean after, int most) {
        return "SELECT " + names() + " FROM " + dialect.quoted(join.root()) + (after ? " WHERE " + roots.behind() : "")
                + page(roots, most);
    }

    /**
     * Returns the statement that finds documents, in pages, for {@code rows} rows: the parameters are what {@link #bind} binds,
     * then {@link #bindAfter}.
     */
    final String concerned(int dependency, int rows, boolean after, int most) {
        String names = list("k", keys.size());
        String known = IntStream.range(0, keys.size())
                .mapToObj(i -> "k" + i + " IS NOT NULL")
                .collect(Collectors.joining(" AND "));
        return "SELECT DISTINCT " + names + " FROM (" + found(dependency, rows) + ") AS found(" + names + ") WHERE "
                + known + (after ? " AND " + found.behind() : "") + page(found, most);
    }

    private String page(KeyOrder<C> order, int most) {
        return " ORDER BY " + order.by() + " LIMIT " + most;
    }

    /** Binds the key of the last row of the page before, each value as the dialect took it. */
    final void bindAfter(PreparedStatement statement, int at, Object[] key) throws SQLException {
        roots.bind(statement, at, key); // the parameters do not depend on the names of the columns
    }

    /**
     * Returns the dependency's statement with one row's NULLs or parameters for its placeholders: to have its columns described.
     */
    protected abstract String described(int dependency);

    /** Returns a statement that yields the ids that the dependency's statement finds for each of {@code rows} rows. */
    protected abstract String found(int dependency, int rows);

    /** Binds the rows; returns the index of the next parameter. */
    protected abstract int bind(PreparedStatement statement, int dependency, List<List<@Nullable Object>> values)
            throws SQLException;

    /** Returns the dependency's statement with a value instead of each column. */
    protected final String select(int dependency, Function<Integer, String> value) {
        Dependency of = join.dependencies().get(dependency);
        SqlTemplate select = Objects.requireNonNull(of.select());
        return select.with(name -> value.apply(of.columns().indexOf(name)));
    }

    /** Returns the indexes of the columns that stand in the dependency's statement, in their order and as often as they do. */
    protected final int[] placeholders(int dependency) {
        Dependency of = join.dependencies().get(dependency);
        return Objects.requireNonNull(of.select()).placeholders().stream()
                .mapToInt(of.columns()::indexOf)
                .toArray();
    }

    private String parameters() {
        return keys.stream().map(dialect::parameter).collect(Collectors.joining(", "));
    }

    private String names() {
        return String.join(", ", quotedKeys());
    }

    private List<String> quotedKeys() {
        return keys.stream()
                .map(column -> dialect.quoted(column.column().name()))
                .toList();
    }

    /** Returns {@code k0, k1, ...}. */
    protected static String list(String prefix, int count) {
        return String.join(", ", numbered(prefix, count));
    }

    private static List<String> numbered(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
}
