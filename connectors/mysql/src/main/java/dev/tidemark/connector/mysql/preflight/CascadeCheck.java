package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.SourceSettings.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Check for rows of a table that change by an action of a foreign key: InnoDB deletes or changes them beneath the binlog, which
 * then holds the parent's row and nothing of theirs.
 */
final class CascadeCheck {

    private static final String CASCADES = "SELECT constraint_name, referenced_table_name,"
            + " IF(delete_rule IN ('CASCADE', 'SET NULL'), concat('ON DELETE ', delete_rule), concat('ON UPDATE ', update_rule))"
            + " FROM information_schema.referential_constraints WHERE constraint_schema = ? AND table_name = ?"
            + " AND (delete_rule IN ('CASCADE', 'SET NULL') OR update_rule IN ('CASCADE', 'SET NULL')) ORDER BY 1";

    private final Connection connection;

    CascadeCheck(Connection connection) {
        this.connection = connection;
    }

    /** Returns a warning if there is such a key. */
    Optional<Check> run(Table table) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CASCADES)) {
            statement.setString(1, table.id().schema());
            statement.setString(2, table.id().table());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    keys.add(rows.getString(1) + " to " + rows.getString(2) + " " + rows.getString(3));
                }
            }
        }
        return keys.isEmpty()
                ? Optional.empty()
                : Optional.of(Check.warning(
                        "foreign keys of " + table.id(),
                        String.join(", ", keys)
                                + ": what MySQL deletes or changes by that is not in the binlog, and stays as it"
                                + " was in the collection",
                        "delete and change such rows by statements of their own (ON DELETE RESTRICT), or let the document's"
                                + " 'deleteWhere' delete what goes with a deleted row"));
    }
}
