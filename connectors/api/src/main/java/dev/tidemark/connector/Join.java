package dev.tidemark.connector;

import dev.tidemark.connector.data.TableId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Definition of documents that are formed from several tables.
 *
 * @param root the table whose key is the documents' id
 * @param key the columns that make up the id; empty means the root's primary key. The statement yields them under these names.
 * @param statement yields the documents
 * @param dependencies the other tables that the documents are formed from, and how to find the documents that a change affects
 */
public record Join(TableId root, List<String> key, Statement statement, List<Dependency> dependencies) {

    /** The placeholder of a query that stands for the ids of the documents to read. */
    public static final String IDS = "ids";

    public Join {
        key = List.copyOf(key);
        dependencies = List.copyOf(dependencies);
    }

    /** Statement that yields documents. */
    public sealed interface Statement {}

    /** A SELECT that yields documents for {@code :ids}. */
    public record Query(SqlTemplate select) implements Statement {}

    /** A view or table that has a row for each document. */
    public record View(TableId name) implements Statement {}

    /**
     * A table that documents depend on.
     *
     * @param table the table
     * @param columns the columns whose values a change has to contain, in the order in which they are passed on
     * @param select yields the ids of the root's rows for a row of the table, whose columns are its placeholders; null if
     *     the columns themselves are the id
     */
    public record Dependency(
            TableId table, List<String> columns, @Nullable SqlTemplate select) {
        public Dependency {
            columns = List.copyOf(columns);
        }
    }

    /** Thrown if statements of a join cannot be used; contains the reasons. */
    public static final class InvalidJoinException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        /** The key of the statement in {@link #reasons}; dependencies have their index. */
        public static final int STATEMENT = -1;

        private final transient Map<Integer, String> reasons;

        /** @param reasons the reasons, by the dependency's index or {@link #STATEMENT} */
        public InvalidJoinException(Map<Integer, String> reasons) {
            super(String.join("; ", reasons.values()));
            this.reasons = Map.copyOf(reasons);
        }

        public Map<Integer, String> reasons() {
            return reasons;
        }
    }
}
