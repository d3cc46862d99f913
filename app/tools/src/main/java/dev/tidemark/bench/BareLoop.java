package dev.tidemark.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Loop as it would be written by hand: query the ids, run the query for 500 of them, post its rows as JSON lines, and so on,
 * over one connection to each side.
 */
final class BareLoop {

    private static final int PAGE = 500;

    private final Workload workload;
    private final JoinedTables tables;
    private final Search search;
    private final ObjectMapper mapper = new ObjectMapper();

    BareLoop(Workload workload, JoinedTables tables, Search search) {
        this.workload = workload;
        this.tables = tables;
        this.search = search;
    }

    /** Brings all documents that the change concerns into the collection; returns the seconds it took. */
    double run(String collection) throws SQLException, IOException, InterruptedException {
        long start = System.nanoTime();
        try (Connection connection = workload.connect()) {
            List<Integer> ids = ids(connection);
            for (int from = 0; from < ids.size(); from += PAGE) {
                List<Integer> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
                search.importAll(collection, "upsert", List.of(documents(connection, page)));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static List<Integer> ids(Connection connection) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(JoinedTables.concerned());
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }

    private byte[] documents(Connection connection, List<Integer> ids) throws SQLException, IOException {
        String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (PreparedStatement select = connection.prepareStatement(tables.query(marks));
                JsonGenerator json = mapper.createGenerator(lines).setRootValueSeparator(null)) {
            for (int i = 0; i < ids.size(); i++) {
                select.setInt(i + 1, ids.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                ResultSetMetaData columns = rows.getMetaData();
                while (rows.next()) {
                    document(json, rows, columns);
                    json.writeRaw('\n');
                }
            }
        }
        return lines.toByteArray();
    }

    private static void document(JsonGenerator json, ResultSet row, ResultSetMetaData columns)
            throws SQLException, IOException {
        json.writeStartObject();
        json.writeStringField("id", row.getString("id"));
        for (int i = 2; i <= columns.getColumnCount(); i++) {
            Object value = row.getObject(i);
            if (value != null) {
                json.writePOJOField(columns.getColumnLabel(i), value);
            }
        }
        json.writeEndObject();
    }
}
