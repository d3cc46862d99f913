package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentSource;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.Join;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.CollectionDesign;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Columns that the configured documents are formed from, as the database has them now: those of a table, or those that the query
 * of a joined document yields.
 *
 * @param tables captured tables, without those that joined documents only depend on
 * @param documents by {@link Config.Document#recordName}; without those that were rejected
 * @param designs likewise; their expressions are compiled once for these
 * @param failures statements that the database rejects, with its message
 */
public record SourceSchemas(
        Map<TableId, TableInfo> tables,
        Map<String, TableInfo> documents,
        Map<String, CollectionDesign> designs,
        List<Check> failures) {

    /**
     * Describes the tables that the configured documents are formed from.
     *
     * @throws dev.tidemark.connector.SourceException if the database is unreachable or a table is missing
     */
    public static SourceSchemas of(Config config, Connector connector) {
        return of(config.documents(), connector, connector.describe());
    }

    /**
     * Describes the tables as {@link #of(Config, Connector)} does, without documents whose tables cannot be described.
     *
     * @throws dev.tidemark.connector.SourceException if the database is unreachable
     */
    public static SourceSchemas those(Config config, Connector connector) {
        Map<TableId, TableInfo> tables = connector.describeThose();
        List<Config.Document> documents = config.documents().stream()
                .filter(document -> tables.containsKey(document.table().id()))
                .toList();
        return of(documents, connector, tables);
    }

    private static SourceSchemas of(List<Config.Document> all, Connector connector, Map<TableId, TableInfo> tables) {
        Map<String, TableInfo> documents = new HashMap<>();
        Map<String, CollectionDesign> designs = new HashMap<>();
        List<Check> failures = new ArrayList<>();
        for (Config.Document document : all) {
            TableInfo table = tables.get(document.table().id());
            if (document.source() instanceof DocumentSource.Joined joined) {
                table = describe(joined, connector, failures);
            }
            if (table != null) {
                documents.put(document.recordName(), table.keyedAs(document.table()));
                designs.put(document.recordName(), new CollectionDesign(document, table.schema()));
            }
        }
        return new SourceSchemas(tables, documents, designs, failures);
    }

    private static @Nullable TableInfo describe(
            DocumentSource.Joined joined, Connector connector, List<Check> failures) {
        try {
            TableInfo described = connector.describe(joined.join());
            return joined.statement() instanceof Join.View view
                    ? described.definedBy(connector.definition(view.name()).orElse(null))
                    : described;
        } catch (Join.InvalidJoinException e) {
            e.reasons()
                    .forEach((index, reason) -> failures.add(Check.failed(
                            joined.place(index), reason, "correct it; 'tidemark check' tries it without running it")));
            return null;
        }
    }

    /** Returns the design of the document's collection; null if its columns were rejected. */
    @Nullable
    CollectionDesign design(Config.Document document) {
        return designs.get(document.recordName());
    }

    /** Returns the table with the columns that make up the document; null if they were rejected. */
    @Nullable
    public TableInfo of(Config.Document document) {
        return documents.get(document.recordName());
    }
}
