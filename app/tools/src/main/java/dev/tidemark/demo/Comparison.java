package dev.tidemark.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.testkit.typesense.TypesenseAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A table and its collection, field by field; see {@link ShopDatabase#expected}.
 *
 * @param table the table, and the collection's name
 * @param rows how many rows there are
 * @param documents how many documents there are
 * @param differences what differs, a line each; the first few of them
 * @param different how many documents differ
 */
record Comparison(String table, int rows, int documents, List<String> differences, int different) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 10;

    static final List<String> TABLES = List.of("products", "customers");

    Comparison {
        differences = List.copyOf(differences);
    }

    boolean isEqual() {
        return different == 0;
    }

    /** Compares both sides now; nothing must change meanwhile. */
    static Comparison of(ShopDatabase shop, Connection database, TypesenseAdmin typesense, String table)
            throws SQLException {
        Map<String, JsonNode> rows = rows(database, shop.expected(table));
        Map<String, JsonNode> documents = documents(typesense, table);
        List<String> differences = new ArrayList<>();
        int different = 0;
        Set<String> ids = new TreeSet<>(rows.keySet());
        ids.addAll(documents.keySet());
        for (String id : ids) {
            String difference = difference(rows.get(id), documents.get(id));
            if (difference != null) {
                different++;
                if (differences.size() < SHOWN) {
                    differences.add(table + " " + id + ": " + difference);
                }
            }
        }
        return new Comparison(table, rows.size(), documents.size(), differences, different);
    }

    private static @Nullable String difference(@Nullable JsonNode row, @Nullable JsonNode document) {
        if (document == null) {
            return "the row has no document";
        }
        if (row == null) {
            return "the document has no row";
        }
        Set<String> fields = new TreeSet<>();
        row.fieldNames().forEachRemaining(name -> {
            if (!row.get(name).isNull()) { // NULL is left out of a document
                fields.add(name);
            }
        });
        document.fieldNames().forEachRemaining(fields::add);
        for (String field : fields) {
            if (!same(row.get(field), document.get(field))) {
                return field + " is " + row.get(field) + " in the table and " + document.get(field)
                        + " in the collection";
            }
        }
        return null;
    }

    /** Numbers by value: 12.50 in the table is 12.5 in JSON. */
    private static boolean same(@Nullable JsonNode a, @Nullable JsonNode b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isContainerNode() && a.getNodeType() == b.getNodeType() && a.size() == b.size()) {
            if (a.isObject()) {
                for (Iterator<String> names = a.fieldNames(); names.hasNext(); ) {
                    String name = names.next();
                    if (!same(a.get(name), b.get(name))) {
                        return false;
                    }
                }
                return true;
            }
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }

    private static Map<String, JsonNode> rows(Connection database, String sql) throws SQLException {
        Map<String, JsonNode> byId = new HashMap<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                add(byId, rows.getString(1));
            }
        }
        return byId;
    }

    private static Map<String, JsonNode> documents(TypesenseAdmin typesense, String collection) {
        Map<String, JsonNode> byId = new HashMap<>();
        typesense.export(collection).forEach(line -> add(byId, line));
        return byId;
    }

    private static void add(Map<String, JsonNode> byId, String line) {
        try {
            JsonNode document = JSON.readTree(line);
            byId.put(document.path("id").asText(), document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
