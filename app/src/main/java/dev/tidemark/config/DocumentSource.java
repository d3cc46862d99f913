package dev.tidemark.config;

import dev.tidemark.connector.Join;
import dev.tidemark.connector.SourceSettings;
import java.util.List;

/** Source of the values of documents. */
public sealed interface DocumentSource {

    /** Returns the table whose key is the documents' id. */
    SourceSettings.Table table();

    /** Each row of the table is a document. */
    record Rows(SourceSettings.Table table) implements DocumentSource {}

    /**
     * A statement yields documents that contain values of several tables.
     *
     * @param table the root
     * @param statement yields the documents
     * @param dependencies the other tables that the documents depend on
     * @param places the places in the file of the statement, then of each dependency
     */
    record Joined(
            SourceSettings.Table table,
            Join.Statement statement,
            List<Join.Dependency> dependencies,
            List<String> places)
            implements DocumentSource {

        public Joined {
            dependencies = List.copyOf(dependencies);
            places = List.copyOf(places);
        }

        /** Returns the place in the file of a dependency, or of {@link Join.InvalidJoinException#STATEMENT}. */
        public String place(int index) {
            return places.get(index + 1);
        }

        /** Returns what the connector reads. */
        public Join join() {
            return new Join(table.id(), table.key(), statement, dependencies);
        }
    }
}
