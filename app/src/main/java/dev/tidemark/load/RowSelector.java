package dev.tidemark.load;

import dev.tidemark.connector.RowReader;
import dev.tidemark.connector.RowReader.InvalidConditionException;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.KeyText;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.KeyTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what an operator requests into the rows of a load, and verifies it with the database before anything is recorded. Any thread. */
public final class RowSelector {

    private static final int LONGEST = 10_000;

    private final RowReader reader;
    private final Function<TableId, @Nullable TableInfo> tables;

    /** Thrown for a request that selects no rows of the table in a valid way. */
    public static final class InvalidSelectionException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String hint;

        InvalidSelectionException(String message, String hint) {
            super(message);
            this.hint = hint;
        }

        public String hint() {
            return hint;
        }
    }

    /** @param tables by name, as they are captured */
    public RowSelector(RowReader reader, Function<TableId, @Nullable TableInfo> tables) {
        this.reader = reader;
        this.tables = tables;
    }

    /**
     * Returns the selection.
     *
     * @param where SQL condition over the table's columns; null: all rows
     * @param from key at which it begins, as ids contain it; null: at the first row
     * @throws InvalidSelectionException if the database rejects the condition, or the key is not one of the table
     * @throws SourceException if the database cannot be queried now
     */
    public RowSelection of(TableId table, @Nullable String where, @Nullable String from)
            throws InvalidSelectionException {
        List<String> texts = new ArrayList<>();
        List<String> key = new ArrayList<>();
        if (from != null) {
            TableInfo info = tables.apply(table);
            if (info == null) {
                throw new InvalidSelectionException("table " + table + " is not captured", "name another table");
            }
            key.addAll(info.key());
            texts.addAll(keyTexts(info, from));
        }
        if (where != null) {
            require(table, where);
        }
        return new RowSelection(where, key, texts);
    }

    private static List<String> keyTexts(TableInfo table, String from) throws InvalidSelectionException {
        List<String> columns = table.key();
        String[] texts = KeyTexts.split(from, columns.size());
        if (texts == null) {
            throw new InvalidSelectionException(
                    "'from' is not a key of " + columns.size() + " columns, " + columns,
                    "join the values by ':', as in the ids of documents; write '%3A' for ':' and '%25' for '%' in them");
        }
        List<String> spelled = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            var kind = table.schema()
                    .columns()
                    .get(table.schema().indexOf(columns.get(i)))
                    .type()
                    .kind();
            if (KeyText.parse(kind, texts[i]) == null) {
                throw new InvalidSelectionException(
                        "'from' has no value of key column '" + columns.get(i) + "' (" + kind + ")",
                        "write it as in the ids of documents");
            }
            spelled.add(texts[i]);
        }
        return spelled;
    }

    private void require(TableId table, String where) throws InvalidSelectionException {
        if (where.isBlank() || where.length() > LONGEST) {
            throw new InvalidSelectionException(
                    "'where' must contain 1 to " + LONGEST + " characters",
                    "leave it out to load all rows, or write a condition such as \"price > 10\"");
        }
        try {
            reader.requireCondition(table, where);
        } catch (InvalidConditionException e) {
            throw new InvalidSelectionException(
                    "the database rejects the condition: " + e.getMessage(),
                    "write an SQL condition over the columns of " + table + ", such as \"price > 10\"");
        }
    }
}
