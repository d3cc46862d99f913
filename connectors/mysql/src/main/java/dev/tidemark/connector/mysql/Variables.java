package dev.tidemark.connector.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server's global variables. Which there are depends on its version, so each is asked for with what it else means. */
final class Variables {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    private final Map<String, String> values;

    Variables(Map<String, String> values) {
        this.values = values;
    }

    static Variables read(Connection connection) throws SQLException {
        Map<String, String> values = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES")) {
            while (rows.next()) {
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), String.valueOf(rows.getString(2)));
            }
        }
        return new Variables(values);
    }

    String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    boolean is(String name, String value, String otherwise) {
        return get(name, otherwise).equalsIgnoreCase(value);
    }

    long number(String name, long otherwise) {
        return Long.parseLong(get(name, String.valueOf(otherwise)));
    }

    /** Returns whether an unsigned number is known and below that. */
    boolean isBelow(String name, long limit) {
        String found = values.get(name);
        return found != null && Long.compareUnsigned(Long.parseUnsignedLong(found), limit) < 0;
    }

    boolean isOlderThan(int major, int minor, int patch) {
        Matcher version = VERSION.matcher(get("version", ""));
        if (!version.lookingAt()) {
            return false;
        }
        int[] wanted = {major, minor, patch};
        for (int part = 0; part < wanted.length; part++) {
            int found = Integer.parseInt(version.group(part + 1));
            if (found != wanted[part]) {
                return found < wanted[part];
            }
        }
        return false;
    }

    /** How long the server keeps its binlog; null where it never removes any by itself. */
    @Nullable
    Duration retention() {
        if (is("binlog_expire_logs_auto_purge", "OFF", "ON")) {
            return null;
        }
        Duration kept = Duration.ofSeconds(number("binlog_expire_logs_seconds", 0));
        kept = kept.isZero() ? Duration.ofDays(number("expire_logs_days", 0)) : kept;
        return kept.isZero() ? null : kept;
    }
}
