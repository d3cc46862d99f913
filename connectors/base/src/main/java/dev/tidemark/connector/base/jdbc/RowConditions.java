package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.RowReader.InvalidConditionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** SQL conditions of operators: how a statement contains one, and the proof that it stays within that place. */
final class RowConditions {

    private RowConditions() {}

    /** Returns the condition as a part of a WHERE clause. On a line of its own: a comment at its end ends there. */
    static String inParentheses(String condition) {
        return "(" + condition + "\n)";
    }

    /**
     * Has the server parse a condition, twice. Without parentheses around it, one that closes a parenthesis which it did not open,
     * begins a second statement or leaves a comment open is a syntax error; in the clause in which it will be used, everything
     * else is that is not a condition over the columns of the table. No text is scanned here: only the server knows its quotes.
     *
     * @param table as SQL quotes it
     */
    static void require(Connection connection, SqlDialect<?> dialect, String table, String condition)
            throws SQLException, InvalidConditionException {
        for (String sql : List.of(
                "SELECT CASE WHEN " + condition + "\n THEN 1 END FROM " + table + " LIMIT 0",
                "SELECT 1 FROM " + table + " WHERE " + inParentheses(condition) + " LIMIT 0")) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (statement.getParameterMetaData().getParameterCount() > 0) {
                    throw new InvalidConditionException("a '?' stands for a parameter; use a function instead of an"
                            + " operator that contains one, such as jsonb_exists(column, 'key')");
                }
                statement.executeQuery().close();
            } catch (SQLException e) {
                if (!isRejection(e)) {
                    throw e;
                }
                throw new InvalidConditionException(dialect.words(e));
            }
        }
    }

    /**
     * Returns whether the statement itself was rejected: classes 21 and 22 (values), 42 (syntax, names, privileges), 0A
     * (unsupported), 25 (a write), HY (MySQL: everything else). No connection is another class.
     */
    private static boolean isRejection(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return List.of("21", "22", "42", "0A", "25", "HY").stream().anyMatch(state::startsWith);
    }
}
