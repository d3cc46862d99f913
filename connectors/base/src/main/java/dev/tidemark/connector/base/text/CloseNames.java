package dev.tidemark.connector.base.text;

import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Suggestions of tables that a missing table may have been meant to be. */
public final class CloseNames {

    private CloseNames() {}

    /**
     * Returns a hint.
     *
     * @param sql yields names; its parameters are the table's name three times, its schema, and its name again
     */
    public static String hint(Connection connection, String sql, TableId table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, table.table());
            statement.setString(2, table.table());
            statement.setString(3, table.table());
            statement.setString(4, table.schema());
            statement.setString(5, table.table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names.isEmpty() ? "correct its name or create it" : "did you mean " + String.join(" or ", names) + "?";
    }
}
