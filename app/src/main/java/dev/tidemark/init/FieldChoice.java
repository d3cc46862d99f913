package dev.tidemark.init;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which columns become fields, and with which options; a guess that is right for most tables and easy to change. */
final class FieldChoice {

    private static final Pattern SECRET = Pattern.compile(
            "(^|.*_)(password|passwd|pwd|secret|token|salt|otp|api_?key|private_?key|password_?hash|pw_?hash)(_.*|$)");
    private static final Pattern FACET =
            Pattern.compile("(^|.*_)(status|state|type|kind|category|brand|vendor|colou?r|size"
                    + "|country|city|language|lang|currency|role|gender|tags?|tenant|level|priority)$");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private FieldChoice() {}

    /** Returns why a column should stay out of search documents; empty if it should not. */
    static String leftOut(Column column) {
        if (SECRET.matcher(column.name().toLowerCase(Locale.ROOT)).matches()) {
            return "its name looks like a secret";
        }
        return column.type().kind() == ColumnType.Kind.BYTES ? "binary" : "";
    }

    /** Returns the line of YAML of a column's field. */
    static String line(Column column) {
        String name = column.name();
        String facet = isFacet(column) ? "facet: true" : "";
        if (PLAIN.matcher(name).matches()) {
            return quotedUnlessPlain(name) + ": " + (facet.isEmpty() ? "~" : "{ " + facet + " }");
        }
        // Typesense cannot filter by such a name.
        String field = name.replaceAll("[^A-Za-z0-9_]", "_");
        return DraftYaml.quoted(field) + ": { column: " + DraftYaml.quoted(name) + (facet.isEmpty() ? "" : ", " + facet)
                + " }";
    }

    /** Words such as {@code no} and {@code null} are other things than text for some readers of YAML. */
    private static String quotedUnlessPlain(String name) {
        return List.of("y", "n", "yes", "no", "on", "off", "true", "false", "null")
                        .contains(name.toLowerCase(Locale.ROOT))
                ? DraftYaml.quoted(name)
                : name;
    }

    private static boolean isFacet(Column column) {
        ColumnType type = column.type();
        ColumnType element = type.element();
        return switch (type.kind()) {
            case BOOL -> true;
            case TEXT -> FACET.matcher(column.name().toLowerCase(Locale.ROOT)).matches();
            case ARRAY -> element != null && element.kind() == ColumnType.Kind.TEXT;
            default -> false;
        };
    }
}
