package dev.tidemark.connector.base.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Order of rows by a key, and the condition of those that come after one of them: a page continues after the last row of the page
 * before. Immutable.
 */
final class KeyOrder<C extends TypedColumn> {

    private final SqlDialect<C> dialect;
    private final List<C> keys;
    private final List<String> ordered;

    /** @param names the key's columns as the statement calls them */
    KeyOrder(SqlDialect<C> dialect, List<C> keys, List<String> names) {
        this.dialect = dialect;
        this.keys = keys;
        this.ordered = IntStream.range(0, keys.size())
                .mapToObj(i -> dialect.ordered(keys.get(i), names.get(i)))
                .toList();
    }

    /** Returns the expressions of the ORDER BY clause. */
    String by() {
        return String.join(", ", ordered);
    }

    /** Returns the condition of rows behind a key, which {@link #bind} binds. */
    String behind() {
        return behind(false);
    }

    /**
     * Returns the condition of rows behind a key, which {@link #bind} binds.
     *
     * @param inclusive whether the row with the key is one of them
     */
    String behind(boolean inclusive) {
        String last = inclusive ? " >= " : " > ";
        return dialect.comparesRowsByIndex() ? asOne(last) : asAlternatives(last);
    }

    private String asOne(String last) {
        return "(" + by() + ")" + last + "("
                + keys.stream().map(dialect::orderedParameter).collect(Collectors.joining(", ")) + ")";
    }

    /** Returns {@code (a > ? OR (a = ? AND b > ?))}. */
    private String asAlternatives(String last) {
        List<String> alternatives = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String same = IntStream.range(0, i)
                    .mapToObj(j -> compared(j, " = ") + " AND ")
                    .collect(Collectors.joining());
            alternatives.add("(" + same + compared(i, i == keys.size() - 1 ? last : " > ") + ")");
        }
        return "(" + String.join(" OR ", alternatives) + ")";
    }

    private String compared(int index, String with) {
        return ordered.get(index) + with + dialect.orderedParameter(keys.get(index));
    }

    /**
     * Binds the key that rows come behind.
     *
     * @param at the index of the condition's first parameter
     * @param key what {@link SqlDialect#keyValue} or {@link SqlDialect#keyParameter} returned for each value
     */
    void bind(PreparedStatement statement, int at, Object[] key) throws SQLException {
        int next = at;
        for (int count = dialect.comparesRowsByIndex() ? keys.size() : 1; count <= keys.size(); count++) {
            for (int i = 0; i < count; i++) {
                dialect.bindKey(statement, next++, keys.get(i), key[i]);
            }
        }
    }
}
