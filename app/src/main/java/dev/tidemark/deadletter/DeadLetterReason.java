package dev.tidemark.deadletter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reason for which documents were rejected, without the parts that differ from one document to the next.
 *
 * @param field the field or column that the error names, null if it names none
 * @param reason the error with its values replaced
 */
public record DeadLetterReason(@Nullable String field, String reason) {

    private static final int MAX_CHARACTERS = 300;

    /** {@code column 'price': ...} of ours, {@code Field `price` ...} of Typesense. */
    private static final Pattern FIELD =
            Pattern.compile("(?i)\\b(?:column|field)s? (?:called )?['`\"]([^'`\"]{1,200})['`\"]");

    /** Our errors begin with the field, then the value: the words after the value contain the reason. */
    private static final Pattern VALUE = Pattern.compile(
            "(?s)^((?:column|field) '[^']*': )(?!element ).*?(?= is no | is neither | does not fit | is not | is too )");

    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d[\\d.]*(?:[eE][+-]?\\d+)?(?![\\w.])");

    /** Returns the reason of an error. */
    static DeadLetterReason of(String error) {
        Matcher named = FIELD.matcher(error);
        String field = named.find() ? named.group(1) : null;
        String text = error.length() > 4 * MAX_CHARACTERS ? error.substring(0, 4 * MAX_CHARACTERS) : error;
        text = VALUE.matcher(text).replaceFirst("$1...");
        text = QUOTED.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(
                        field != null
                                        && found.group().length() == field.length() + 2
                                        && found.group().contains(field)
                                ? found.group()
                                : "'...'"));
        text = NUMBER.matcher(text).replaceAll("...");
        return new DeadLetterReason(
                field, text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) + "..." : text);
    }

    /** Returns what to do, an imperative sentence. */
    public String hint() {
        String named = field == null ? "the field" : "'" + field + "'";
        if (reason.contains("JSON can hold")) {
            return "Correct the rows, or map " + named
                    + " with type: string: NaN and infinity are not numbers in JSON.";
        }
        if (reason.contains("does not fit int32")) {
            return "Set type: int64 for " + named + ", and load the table again.";
        }
        if (reason.contains("not found in the document") || reason.contains("is null") || reason.contains("is NULL")) {
            return "Fill the column, or set optional: true for " + named + ".";
        }
        if (reason.contains("breaks its rule")) {
            return "Correct the rows or the rule, or set onInvalid: skip.";
        }
        if (reason.contains("must be a")
                || reason.contains("is not a")
                || reason.contains("is not of type")
                || reason.contains("is not JSON")
                || reason.contains("is no ") // entries that earlier versions stored
                || reason.contains("does not fit")) {
            return "Correct the rows, or give " + named + " a type that holds these values; then replay.";
        }
        if (reason.contains("not be read") || reason.contains("source")) {
            return "See whether the database can be read, then replay.";
        }
        return "Correct the rows or the mapping, then replay.";
    }
}
