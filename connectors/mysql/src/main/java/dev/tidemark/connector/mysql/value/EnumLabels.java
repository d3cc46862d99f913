package dev.tidemark.connector.mysql.value;

import io.debezium.relational.Column;
import io.debezium.spi.converter.RelationalColumn;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** The labels of enums and sets. The binlog holds numbers in their place. */
public final class EnumLabels {

    private EnumLabels() {}

    /**
     * Returns the labels that the column declares. Debezium's interface for converters leaves them out, and its own conversion of
     * them takes backslashes and commas for something else; so they are taken from the column that stands behind the interface.
     * Once for each version of a table; {@code MySqlTypesIT} fails if Debezium changes.
     *
     * @throws IllegalStateException if Debezium keeps the column differently than in 3.6.1
     */
    public static List<String> of(RelationalColumn column) {
        for (Field field : column.getClass().getDeclaredFields()) {
            if (Column.class.isAssignableFrom(field.getType())) {
                return unquoted(behind(column, field).enumValues());
            }
        }
        throw new IllegalStateException("the labels of column " + column.name() + " cannot be found in this Debezium");
    }

    private static Column behind(RelationalColumn column, Field field) {
        try {
            field.setAccessible(true);
            return (Column) field.get(column);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the labels of column " + column.name() + " cannot be read", e);
        }
    }

    private static List<String> unquoted(List<String> literals) {
        List<String> labels = new ArrayList<>(literals.size());
        for (String literal : literals) {
            labels.add(unquoted(literal));
        }
        return List.copyOf(labels);
    }

    /** Returns the value of a string literal of SQL. MySQL drops spaces at the end of a label. */
    public static String unquoted(String literal) {
        int start = Math.min(quote(literal, '\''), quote(literal, '"'));
        if (start == literal.length()) {
            return literal.stripTrailing();
        }
        char quote = literal.charAt(start);
        StringBuilder label = new StringBuilder(literal.length());
        for (int i = start + 1; i < literal.length() - 1; i++) {
            char c = literal.charAt(i);
            if (c == quote) {
                i++;
            } else if (c == '\\') {
                c = escaped(literal.charAt(++i));
            }
            label.append(c);
        }
        int end = label.length();
        while (end > 0 && label.charAt(end - 1) == ' ') {
            end--;
        }
        return label.substring(0, end);
    }

    private static int quote(String literal, char quote) {
        int at = literal.indexOf(quote);
        return at < 0 ? literal.length() : at;
    }

    private static char escaped(char c) {
        return switch (c) {
            case '0' -> '\0';
            case 'b' -> '\b';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'Z' -> '\032';
            default -> c;
        };
    }

    /**
     * Returns the label of an enum's number: 0 is the empty text that MySQL keeps for a value it did not know.
     *
     * @throws IllegalArgumentException if the label does not exist
     */
    static String label(int index, List<String> labels) {
        if (index == 0) {
            return "";
        }
        if (index < 0 || index > labels.size()) {
            throw new IllegalArgumentException("label " + index + " of an enum with " + labels.size());
        }
        return labels.get(index - 1);
    }

    /**
     * Returns the labels of a set's bits, with commas between.
     *
     * @throws IllegalArgumentException if the label does not exist
     */
    static String labels(long bits, List<String> labels) {
        StringBuilder text = new StringBuilder();
        for (long left = bits; left != 0; left &= left - 1) {
            int index = Long.numberOfTrailingZeros(left);
            if (index >= labels.size()) {
                throw new IllegalArgumentException("label " + (index + 1) + " of a set with " + labels.size());
            }
            text.append(text.isEmpty() ? "" : ",").append(labels.get(index));
        }
        return text.toString();
    }

    /** Returns the labels of a set's text, in the order in which the column declares them. */
    static List<String> list(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
    }
}
