package dev.tidemark.connector.base.jdbc;

import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.ColumnType.Kind;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.RowSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that the columns that the statements of a join yield are what it needs; the same for every database. */
final class JoinChecks {

    private JoinChecks() {}

    /** Returns what is wrong with the columns of the documents, if anything. */
    static Optional<String> ofQuery(RowSchema schema, List<Column> keys) {
        Set<String> names = new HashSet<>();
        for (Column column : schema.columns()) {
            if (!names.add(column.name())) {
                return Optional.of("yields two columns named " + column.name() + ": give one another name with AS");
            }
        }
        for (Column key : keys) {
            int index = schema.indexOf(key.name());
            if (index < 0) {
                return Optional.of("does not yield column " + key.name() + ", which is the documents' id; it yields "
                        + String.join(", ", names.stream().sorted().toList()));
            }
            Column there = schema.columns().get(index);
            if (!isSpelledAlike(there, key)) {
                return Optional.of("yields column " + key.name() + " as " + kind(there) + ", where it is " + kind(key)
                        + " in " + schema.table() + ": the documents' id must be the same");
            }
        }
        return Optional.empty();
    }

    /** Returns what is wrong with columns that are to hold ids of the root, if anything. */
    static Optional<String> ofIds(List<Column> ids, List<Column> keys) {
        if (ids.size() != keys.size()) {
            return Optional.of("yields " + ids.size() + " columns, and the documents' id has " + keys.size() + ": "
                    + String.join(", ", keys.stream().map(Column::name).toList()));
        }
        for (int i = 0; i < ids.size(); i++) {
            if (!isSpelledAlike(ids.get(i), keys.get(i))) {
                return Optional.of("yields " + ids.get(i).name() + " as " + kind(ids.get(i))
                        + ", where the documents' id " + keys.get(i).name() + " is " + kind(keys.get(i)));
            }
        }
        return Optional.empty();
    }

    /** Returns what is wrong with columns of a dependency whose values are to be parameters, if anything. */
    static Optional<String> ofColumns(List<Column> columns) {
        return columns.stream()
                .filter(column -> !KeyText.canBeKey(column.type().kind()))
                .map(column -> "column " + column.name() + " is " + kind(column) + ", which cannot be a parameter")
                .findFirst();
    }

    /** Returns whether equal values have equal texts in both. */
    private static boolean isSpelledAlike(Column one, Column other) {
        Kind kind = one.type().kind();
        return kind == other.type().kind()
                || (isInteger(kind) && isInteger(other.type().kind()));
    }

    private static boolean isInteger(Kind kind) {
        return kind == Kind.INT32 || kind == Kind.INT64;
    }

    private static String kind(Column column) {
        return column.type().kind().toString();
    }
}
