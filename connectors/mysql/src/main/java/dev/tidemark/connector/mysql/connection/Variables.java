package dev.tidemark.connector.mysql.connection;

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

/** The server's global variables. Which of them exist depends on its version, so each is read with its default. */
public final class Variables {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    private final Map<String, String> values;

    public Variables(Map<String, String> values) {
        this.values = values;
    }

    public static Variables read(Connection connection) throws SQLException {
        Map<String, String> values = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES")) {
            while (rows.next()) {
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), String.valueOf(rows.getString(2)));
            }
        }
        return new Variables(values);
    }

    public String get(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public boolean is(String name, String value, String otherwise) {
        return get(name, otherwise).equalsIgnoreCase(value);
    }

    public long number(String name, long otherwise) {
        return Long.parseLong(get(name, String.valueOf(otherwise)));
    }

    /** Returns whether an unsigned number is known and below that. */
    public boolean isBelow(String name, long limit) {
        String found = values.get(name);
        return found != null && Long.compareUnsigned(Long.parseUnsignedLong(found), limit) < 0;
    }

    public boolean isOlderThan(int major, int minor, int patch) {
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

    /** Returns how long the server keeps its binlog; null if it never removes any automatically. */
    public @Nullable Duration retention() {
        if (is("binlog_expire_logs_auto_purge", "OFF", "ON")) {
            return null;
        }
        Duration kept = Duration.ofSeconds(number("binlog_expire_logs_seconds", 0));
        kept = kept.isZero() ? Duration.ofDays(number("expire_logs_days", 0)) : kept;
        return kept.isZero() ? null : kept;
    }

    /** Returns whether a transaction that is in the binlog is possibly not visible yet, with no GTID to wait for. */
    public boolean hidesCommits() {
        boolean waits =
                is("rpl_semi_sync_source_enabled", "ON", "OFF") || is("rpl_semi_sync_master_enabled", "ON", "OFF");
        return waits && !is("gtid_mode", "ON", "OFF");
    }

    /** Returns a retention as text: {@code 30 days}, {@code 90 minutes}. */
    public static String text(@Nullable Duration duration) {
        if (duration == null) {
            return "ever";
        }
        if (duration.toHours() >= 48) {
            return duration.toDays() + " days";
        }
        return duration.toMinutes() >= 120 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }
}
