package dev.tidemark.connector.mysql.log;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The binlog files that the server still has, oldest first. */
public final class BinlogFiles {

    private final Map<String, Long> sizes;

    private BinlogFiles(Map<String, Long> sizes) {
        this.sizes = sizes;
    }

    /** Needs REPLICATION CLIENT and a binlog that is on. */
    public static BinlogFiles read(Connection connection) throws SQLException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
            while (rows.next()) {
                sizes.put(rows.getString(1), rows.getLong(2));
            }
        }
        return new BinlogFiles(sizes);
    }

    /** Returns the file's size in bytes, or null if the server does not have it. */
    @Nullable
    Long size(String file) {
        return sizes.get(file);
    }

    /** Returns the names of all files. */
    public List<String> names() {
        return List.copyOf(sizes.keySet());
    }

    /** Returns the oldest file's name, or "none". */
    String oldest() {
        return sizes.keySet().stream().findFirst().orElse("none");
    }
}
