package dev.tidemark.connector.mysql.connection;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The server's global variables. Which of them exist depends on its version, so each is read with its default. */
public final class Variables {

    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

    /** RDS and Aurora keep it in a table; NULL is the default. */
    private static final String RDS_RETENTION =
            "SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'";

    private final Map<String, String> values;
    private final Provider provider;

    /** The hours that RDS and Aurora keep the binlog: empty if none are set, {@code null} if they are not readable. */
    private final @Nullable String hours;

    public Variables(Map<String, String> values) {
        this(values, Provider.of(values, ""), null);
    }

    private Variables(Map<String, String> values, Provider provider, @Nullable String hours) {
        this.values = values;
        this.provider = provider;
        this.hours = hours;
    }

    public static Variables read(Connection connection) throws SQLException {
        Map<String, String> values = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES")) {
            while (rows.next()) {
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), String.valueOf(rows.getString(2)));
            }
        }
        Provider provider = Provider.of(values, host(connection));
        return new Variables(values, provider, provider.isAmazon() ? hours(connection) : null);
    }

    private static String host(Connection connection) throws SQLException {
        return connection.isWrapperFor(JdbcConnection.class)
                ? connection.unwrap(JdbcConnection.class).getHost()
                : "";
    }

    private static @Nullable String hours(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RDS_RETENTION)) {
            return row.next() ? Objects.requireNonNullElse(row.getString(1), "") : "";
        } catch (SQLException e) { // no privilege; a lost connection fails the next query
            return null;
        }
    }

    /** Returns who runs the server. */
    public Provider provider() {
        return provider;
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

    /** Returns how long the server keeps its binlog. */
    public Retention retention() {
        if (provider.isAmazon()) { // whose own job purges, whatever the variables say
            return ofHours();
        }
        if (is("binlog_expire_logs_auto_purge", "OFF", "ON")) {
            return new Retention.Unlimited();
        }
        Duration kept = Duration.ofSeconds(number("binlog_expire_logs_seconds", 0));
        kept = kept.isZero() ? Duration.ofDays(number("expire_logs_days", 0)) : kept;
        if (!kept.isZero()) {
            return new Retention.Kept(kept);
        }
        return provider.removesAtOnce() ? new Retention.AsNeeded() : new Retention.Unlimited();
    }

    private Retention ofHours() {
        if (hours == null) {
            return new Retention.Unknown();
        }
        Duration kept = Duration.ofHours(hours.matches("[0-9]{1,6}") ? Long.parseLong(hours) : 0);
        return kept.isZero() ? new Retention.AsNeeded() : new Retention.Kept(kept);
    }

    /** Returns whether a transaction that is in the binlog is possibly not visible yet, with no GTID to wait for. */
    public boolean hidesCommits() {
        boolean waits =
                is("rpl_semi_sync_source_enabled", "ON", "OFF") || is("rpl_semi_sync_master_enabled", "ON", "OFF");
        return waits && !is("gtid_mode", "ON", "OFF");
    }

    /** Returns a retention as text: {@code 30 days}, {@code 90 minutes}. */
    public static String text(Duration duration) {
        if (duration.toHours() >= 48) {
            return duration.toDays() + " days";
        }
        return duration.toMinutes() >= 120 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }
}
