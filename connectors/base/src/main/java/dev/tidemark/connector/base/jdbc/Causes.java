package dev.tidemark.connector.base.jdbc;

import java.sql.SQLException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The causes of a failure, from the outermost to the root. */
public final class Causes {

    private Causes() {}

    /** Returns the cause of a failure; {@code null} if it is the root. */
    public static @Nullable Throwable next(Throwable failure) {
        return failure.getCause() == failure ? null : failure.getCause();
    }

    /** Returns the root. */
    public static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            root = cause;
        }
        return root;
    }

    /** Returns the innermost failure of the database that matches; {@code null} if none does. */
    public static @Nullable SQLException deepestSql(Throwable failure, Predicate<SQLException> matches) {
        SQLException found = null;
        for (Throwable cause = failure; cause != null; cause = next(cause)) {
            if (cause instanceof SQLException sql && matches.test(sql)) {
                found = sql;
            }
        }
        return found;
    }

    /** Returns the message as one line; the name of the class if there is none. */
    public static String line(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
