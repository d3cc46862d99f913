package dev.tidemark.connector.postgres.connection;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.data.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings of a session that form the values it reads or streams. Every session of ours and of Debezium, the one that streams
 * included, starts with them as options of its connection: they count more than what ALTER ROLE, ALTER DATABASE or the server sets.
 *
 * <p>The driver itself sets {@code client_encoding}, {@code DateStyle}, {@code TimeZone} and, as here, {@code extra_float_digits}.
 */
public final class SessionSettings {

    public static final String SUBJECT = "session settings";

    private static final int CENTS = 2;

    private static final Map<String, String> FIXED = fixed();

    /** Only what configured statements spell depends on these, so an option of the configuration counts more. */
    private static final Map<String, String> SPELLING = Map.of("lc_numeric", "C", "lc_time", "C");

    private SessionSettings() {}

    private static Map<String, String> fixed() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bytea_output", "hex");
        settings.put("intervalstyle", "postgres");
        settings.put("extra_float_digits", "3");
        settings.put("lc_monetary", "C");
        settings.put("xmlbinary", "base64");
        settings.put("xmloption", "content");
        settings.put("quote_all_identifiers", "off");
        // How statements and the arrays of keys are read.
        settings.put("array_nulls", "on");
        settings.put("standard_conforming_strings", "on");
        settings.put("transform_null_equals", "off");
        // A limit would leave rows out of what a configured statement finds by a GIN index.
        settings.put("gin_fuzzy_search_limit", "0");
        // Read-only sessions create no publication, a deferrable one waits, a serializable one may fail.
        settings.put("default_transaction_isolation", "read\\ committed");
        settings.put("default_transaction_read_only", "off");
        settings.put("default_transaction_deferrable", "off");
        return settings;
    }

    /** Returns the options of a session around those that the configuration gives, the last of which count. */
    static String around(String given) {
        return (options(SPELLING) + " " + given + " " + options(FIXED)).strip();
    }

    private static String options(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /** Warns if the currency of sessions that set nothing has no two decimals. */
    public static Optional<Check> currency(Connection connection, TableId table) throws SQLException {
        String sql = "SELECT scale('1'::money::numeric), current_setting('lc_monetary')";
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? currency(rows.getInt(1), rows.getString(2), table) : Optional.empty();
        }
    }

    static Optional<Check> currency(int decimals, String locale, TableId table) {
        return decimals == CENTS
                ? Optional.empty()
                : Optional.of(Check.warning(
                        "money in " + table,
                        "amounts of lc_monetary " + locale + " have " + decimals
                                + " decimals, and are read as if they had two",
                        "make the column a numeric: ALTER TABLE ... ALTER COLUMN ... TYPE numeric"));
    }

    /** Checks that a session has the settings that it was started with: a connection pooler may ignore them. */
    public static Check check(Connection connection) throws SQLException {
        List<String> others = new ArrayList<>();
        String sql = "SELECT current_setting(?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Map.Entry<String, String> setting : FIXED.entrySet()) {
                // The driver and the readers set these again.
                if (setting.getKey().startsWith("default_transaction")) {
                    continue;
                }
                statement.setString(1, setting.getKey());
                try (ResultSet rows = statement.executeQuery()) {
                    String found = rows.next() ? rows.getString(1) : "";
                    if (!found.toLowerCase(Locale.ROOT)
                            .equals(setting.getValue().toLowerCase(Locale.ROOT))) {
                        others.add(setting.getKey() + " is " + found + " instead of " + setting.getValue());
                    }
                }
            }
        }
        return others.isEmpty()
                ? Check.ok(SUBJECT, "what forms values is set for every session")
                : Check.failed(
                        SUBJECT,
                        "the settings of a session did not reach the server: " + String.join(", ", others),
                        "connect to the server itself: a connection pooler between ignores startup options");
    }
}
