package dev.tidemark.deadletter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** Human-readable text of dead letters: a table, or one entry in full. */
public final class DeadLetterText {

    private static final List<String> HEADINGS =
            List.of("COLLECTION", "ID", "TABLE", "OPERATION", "ERROR", "POSITION", "TIME");

    private static final List<Integer> WIDEST = List.of(20, 24, 24, 9, 50, 36, 20);

    private DeadLetterText() {}

    /** Returns a row of the table, its cells cut to their max width. */
    public static List<String> row(DeadLetter deadLetter, LongFunction<String> positions) {
        List<String> full = List.of(
                deadLetter.collection(),
                deadLetter.id().isEmpty() ? "(none)" : deadLetter.id(),
                deadLetter.table(),
                deadLetter.operation(),
                deadLetter.error(),
                positions.apply(deadLetter.position()),
                deadLetter.time().truncatedTo(ChronoUnit.SECONDS).toString());
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < full.size(); column++) {
            cells.add(shortened(full.get(column), WIDEST.get(column)));
        }
        return cells;
    }

    /** Returns the lines of the table, each column as wide as its widest cell. */
    public static List<String> table(List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(HEADINGS);
        all.addAll(rows);
        int[] widths = new int[HEADINGS.size()];
        for (List<String> row : all) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], length(row.get(column)));
            }
        }
        return all.stream().map(row -> aligned(row, widths)).toList();
    }

    private static String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - length(cell) + 2));
        }
        return line.toString().stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String shortened(String text, int widest) {
        String visible = visible(text);
        return length(visible) <= widest
                ? visible
                : visible.substring(0, visible.offsetByCodePoints(0, widest - 3)) + "...";
    }

    /** Returns all values of one entry. */
    public static String full(DeadLetter deadLetter, LongFunction<String> positions) {
        Map<String, String> named = new LinkedHashMap<>();
        named.put("collection", deadLetter.collection());
        named.put("id", deadLetter.id().isEmpty() ? "(none)" : deadLetter.id());
        named.put("table", deadLetter.table());
        named.put("key", deadLetter.key());
        named.put("operation", deadLetter.operation());
        named.put("error", deadLetter.error());
        named.put("attempts", Integer.toString(deadLetter.attempts()));
        named.put("position", positions.apply(deadLetter.position()));
        named.put("committed", deadLetter.committed().toString());
        named.put("time", deadLetter.time().toString());
        StringBuilder text = new StringBuilder();
        named.forEach((name, value) -> text.append(String.format("%-12s%s%n", name, visible(value))));
        return text.append("document")
                .append(System.lineSeparator())
                .append(pretty(deadLetter.document()))
                .toString();
    }

    private static String pretty(String document) {
        StringWriter text = new StringWriter();
        try (JsonParser from = DeadLetterJson.JSON.createParser(document);
                JsonGenerator to = DeadLetterJson.JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            while (from.nextToken() != null) {
                to.copyCurrentEventExact(from); // exact: a number is shown as it was sent
            }
        } catch (IOException e) {
            return visible(document); // not JSON: what was sent is what there is to see
        }
        return text.toString();
    }

    /** Escapes control characters: they would move the cursor, or worse, and come from data that any client may have written. */
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.codePoints().forEach(each -> {
            switch (each) {
                case '\n' -> visible.append("\\n");
                case '\r' -> visible.append("\\r");
                case '\t' -> visible.append("\\t");
                default -> {
                    if (Character.isISOControl(each)) {
                        visible.append(String.format("\\u%04x", each));
                    } else {
                        visible.appendCodePoint(each);
                    }
                }
            }
        });
        return visible.toString();
    }
}
