package dev.tidemark.connector.mysql.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Each character of each set, read from its bytes as the server reads it. */
@NullUnmarked
class TextCharsetIT {

    private static final String DB = "charsets";

    private final MySqlServer server = MySqlServer.shared();

    @Test
    void everyCharacter_isReadAsTheServerReadsIt() throws SQLException {
        server.execute("mysql", "DROP DATABASE IF EXISTS charsets", "CREATE DATABASE charsets");
        server.execute(
                DB, "CREATE TABLE bytes (b varbinary(4))", "CREATE TABLE points (p varchar(1) CHARACTER SET utf8mb4)");
        try (Connection connection = server.connect(DB);
                Statement statement = connection.createStatement()) {
            fill(statement);
            Map<String, Integer> sets = new LinkedHashMap<>();
            try (ResultSet rows = statement.executeQuery("SHOW CHARACTER SET")) {
                while (rows.next()) {
                    sets.put(rows.getString(1), rows.getInt(4));
                }
            }
            sets.remove("binary");
            assertThat(sets).hasSizeGreaterThan(35);
            List<String> wrong = new ArrayList<>();
            for (Map.Entry<String, Integer> set : sets.entrySet()) {
                boolean unicode = set.getKey().startsWith("u") && !set.getKey().equals("ujis");
                String text = "CONVERT(b USING " + set.getKey() + ")";
                if (!unicode) {
                    compare(statement, set.getKey(), "b", text, bytes(set.getKey(), set.getValue()), wrong);
                }
                text = "CONVERT(p USING " + set.getKey() + ")";
                compare(statement, set.getKey(), "CAST(" + text + " AS BINARY)", text, "points", wrong);
            }
            assertThat(wrong).isEmpty();
        }
        server.execute("mysql", "DROP DATABASE charsets");
    }

    /** A half of a character, alone, is none. */
    private static String bytes(String set, int longest) {
        boolean halves = longest > 1 && !set.equals("sjis") && !set.equals("cp932");
        return "bytes WHERE LENGTH(b) <= " + longest + (halves ? " AND (LENGTH(b) > 1 OR b < x'80')" : "");
    }

    /** Where the server makes one character of the bytes, they are one; of parts of characters it makes nothing, or several. */
    private static void compare(
            Statement statement, String set, String bytes, String text, String from, List<String> wrong)
            throws SQLException {
        TextCharset charset = TextCharset.of(set);
        String sql = "SELECT " + bytes + ", CAST(CONVERT(" + text + " USING utf8mb4) AS BINARY) FROM " + from;
        try (ResultSet rows = statement.executeQuery(
                sql + (from.contains("WHERE") ? " AND " : " WHERE ") + "CHAR_LENGTH(" + text + ") = 1")) {
            while (rows.next()) {
                byte[] held = rows.getBytes(1);
                byte[] shown = rows.getBytes(2);
                if (held == null || shown == null) {
                    continue; // the bytes are none of the set
                }
                String expected = new String(shown, StandardCharsets.UTF_8);
                String actual = charset.decode(held);
                if (!actual.equals(expected) || !charset.has(expected)) {
                    wrong.add(set + " " + HexFormat.of().formatHex(held) + ": " + expected + ", not " + actual);
                }
            }
        }
    }

    private static void fill(Statement statement) throws SQLException {
        List<String> bytes = new ArrayList<>();
        for (int first = 0; first <= 0xff; first++) {
            bytes.add("(x'%02x')".formatted(first));
            for (int second = 0x40; first > 0x80 && second <= 0xff; second++) {
                bytes.add("(x'%02x%02x')".formatted(first, second));
            }
            for (int second = 0xa1; first >= 0xa1 && second <= 0xfe; second++) {
                bytes.add("(x'8f%02x%02x')".formatted(first, second));
            }
        }
        statement.execute("INSERT INTO bytes VALUES " + String.join(",", bytes));
        List<String> points = new ArrayList<>();
        for (int point = 1; point <= 0x1ffff; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                points.add("(_utf32 x'%08x')".formatted(point));
            }
        }
        statement.execute("INSERT INTO points VALUES " + String.join(",", points));
    }
}
