package dev.tidemark.connector.mysql.connection;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variables of a session that form what it reads. The driver sets them at the beginning of every session of ours and of Debezium, after
 * what SET GLOBAL, the server's configuration and {@code init_connect} chose.
 */
public final class SessionVariables {

    /** The driver's property, which the configuration may give too. */
    public static final String PROPERTY = "sessionVariables";

    /**
     * Of sql_mode only what changes values is taken out: the other modes are how the server reads a statement, also a configured one.
     * The driver writes SESSION before each variable, and splits the list at its commas.
     */
    private static final String FIXED = Stream.of(
                    "sql_mode=REPLACE(REPLACE(@@sql_mode,'PAD_CHAR_TO_FULL_LENGTH',''),'TIME_TRUNCATE_FRACTIONAL','')",
                    "time_zone='+00:00'",
                    // A limit would leave rows out, which then look as if they were deleted.
                    "sql_select_limit=18446744073709551615",
                    "max_join_size=18446744073709551615",
                    "sql_big_selects=ON",
                    "sql_safe_updates=OFF",
                    "sql_auto_is_null=OFF",
                    "sql_quote_show_create=ON",
                    "max_sort_length=8192",
                    "transaction_isolation='REPEATABLE-READ'",
                    "transaction_read_only=OFF",
                    // What configured statements compute and spell.
                    "div_precision_increment=4",
                    "lc_time_names='en_US'",
                    // Else a generated invisible key is in the binlog and in no description of its table. New in
                    // 8.0.30.
                    "default_week_format=0 /*!80030 ",
                    "show_gipk_in_create_table_and_information_schema=ON */")
            .collect(Collectors.joining(","));

    private SessionVariables() {}

    /** Returns the variables of a session: those that Debezium's further properties give, and after them the fixed ones. */
    public static String of(Map<String, String> debezium) {
        return Stream.of("database." + PROPERTY, "driver." + PROPERTY)
                        .filter(debezium::containsKey)
                        .map(name -> debezium.get(name) + ",")
                        .collect(Collectors.joining())
                + FIXED;
    }
}
