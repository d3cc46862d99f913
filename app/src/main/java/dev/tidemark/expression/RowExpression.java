package dev.tidemark.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.tidemark.connector.data.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An expression over the rows of one schema, ready to run. One thread at a time. */
public final class RowExpression {

    /** Prefixes that CEL puts before its reasons. */
    private static final Pattern PREFIX = Pattern.compile("^(evaluation error( at [^ ]*)?: )+");

    private final String text;
    private final CelRuntime.Program program;
    private final RowValues values;
    private final int[] columns;
    private final ResultType type;

    RowExpression(String text, CelRuntime.Program program, RowValues values, int[] columns, ResultType type) {
        this.text = text;
        this.program = program;
        this.values = values;
        this.columns = columns;
        this.type = type;
    }

    /** Returns the columns that it reads, by their index; never changed. */
    public int[] columns() {
        return columns;
    }

    /** Returns the type of its values. */
    public ResultType type() {
        return type;
    }

    /**
     * Returns its value for a row; null if that is null.
     *
     * @param row of the schema that this was compiled for; every one of the {@link #columns} was sent
     * @throws ExpressionException if it has none: a division by zero, a text that is not a number, a NULL that is not permitted
     */
    public @Nullable Object of(Row row) throws ExpressionException {
        try {
            return Results.plain(program.eval(values.with(row)));
        } catch (CelEvaluationException e) {
            throw new ExpressionException(reason(e, row));
        }
    }

    private String reason(CelEvaluationException e, Row row) {
        StringBuilder reason = new StringBuilder("`").append(text.strip()).append("`: ");
        String message = PREFIX.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        if (e.getErrorCode() == CelErrorCode.OVERLOAD_NOT_FOUND) {
            reason.append(Faults.plain(message.replaceFirst(" Overload candidates: .*", "")));
        } else {
            reason.append(cause(e, message));
        }
        List<String> nulls = new ArrayList<>();
        for (int column : columns) {
            if (row.get(column) == null) {
                nulls.add("row." + row.schema().columns().get(column).name());
            }
        }
        if (!nulls.isEmpty()) {
            reason.append(" (NULL here: ")
                    .append(String.join(", ", nulls))
                    .append("; default(x, y) gives a NULL a value)");
        }
        return reason.toString();
    }

    /** Returns the reason that our own code gave if CEL wrapped it in a message, else CEL's message. */
    private static String cause(CelEvaluationException e, String message) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && cause.getCause() == null && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return message;
    }
}
