package dev.tidemark.connector.mysql.schema;

import dev.tidemark.connector.mysql.value.EnumLabels;
import dev.tidemark.connector.mysql.value.MySqlTypes;
import dev.tidemark.connector.mysql.value.MySqlTypes.MySqlType;
import dev.tidemark.connector.mysql.value.ValueForm;
import io.debezium.relational.Column;
import io.debezium.relational.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a table, as far as they say how its rows are read from the log. */
final class TableColumns {

    private TableColumns() {}

    /** Returns whether rows are read alike with both, also if neither exists. */
    static boolean same(@Nullable Table one, @Nullable Table other) {
        return difference(one, other) == null;
    }

    /**
     * Returns in which way rows would be read otherwise; null if they are read alike.
     *
     * @param engine what the engine knows of the table
     * @param server the table on the server
     */
    static @Nullable String difference(@Nullable Table engine, @Nullable Table server) {
        if (engine == null || server == null) {
            return engine == server ? null : engine == null ? "it is unknown" : "it does not exist";
        }
        List<Column> known = engine.columns();
        List<Column> actual = server.columns();
        if (known.size() != actual.size()) {
            return known.size() + " columns were known, it has " + actual.size();
        }
        for (int i = 0; i < known.size(); i++) {
            String difference = difference(known.get(i), actual.get(i));
            if (difference != null) {
                return "column " + (i + 1) + " was known as " + difference;
            }
        }
        boolean key = server.primaryKeyColumnNames().equals(engine.primaryKeyColumnNames());
        return key
                ? null
                : "its key was known as " + engine.primaryKeyColumnNames() + ", it is "
                        + server.primaryKeyColumnNames();
    }

    private static @Nullable String difference(Column known, Column actual) {
        if (!known.name().equalsIgnoreCase(actual.name())) {
            return known.name() + ", it is " + actual.name();
        }
        MySqlType one = type(known);
        MySqlType other = type(actual);
        if (!one.equals(other)) {
            return known.name() + " " + words(known, one) + ", it is " + words(actual, other);
        }
        boolean labelled = other.form() == ValueForm.ENUM || other.form() == ValueForm.SET;
        if (labelled && !labels(known).equals(labels(actual))) {
            return known.name() + " with the labels " + known.enumValues() + ", they are " + actual.enumValues();
        }
        return null;
    }

    private static MySqlType type(Column column) {
        return MySqlTypes.of(
                column.typeName(),
                Math.max(0, column.length()),
                column.scale().orElse(MySqlTypes.NO_SCALE),
                column.charsetName());
    }

    private static String words(Column column, MySqlType type) {
        return column.typeName() + (type.charset() == null ? "" : " in " + type.charset());
    }

    private static List<String> labels(Column column) {
        return column.enumValues().stream().map(EnumLabels::unquoted).toList();
    }
}
