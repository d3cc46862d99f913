package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.config.DocumentId;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks whether ids that an expression yields can be kept correct: a change must contain the previous ids, and rows should
 * not share them. Also checks whether a column named {@code id} is lost because the documents' ids are not formed from it.
 */
final class IdChecks {

    private IdChecks() {}

    private static String subject(Config.Document document) {
        return "documents."
                + (!document.isDynamic()
                        ? document.collection()
                        : document.table().id().toString());
    }

    /**
     * Returns the findings: errors that prevent a start, and warnings.
     *
     * @throws dev.tidemark.connector.SourceException if the database is unreachable
     */
    static List<Check> of(Config config, SourceSchemas described, Connector connector) {
        List<Check> findings = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            TableInfo table = described.of(document);
            CollectionDesign design = described.design(document);
            if (table == null || design == null) {
                continue;
            }
            design.leftOut(table.key())
                    .ifPresent(message -> findings.add(Check.warning(subject(document), message, design.lineForId())));
            design.unsearchable()
                    .forEach((hint, message) -> findings.add(Check.warning(subject(document), message, hint)));
            if (!(document.id() instanceof DocumentId.Computed id)) {
                continue;
            }
            List<String> columns = design.idColumns();
            connector.missingReplicaIdentity(table.schema().table(), columns).ifPresent(findings::add);
            List<String> left = new ArrayList<>(table.key());
            left.removeAll(columns);
            if (!left.isEmpty() && !columns.isEmpty()) {
                findings.add(Check.warning(
                        "documents." + document.collection(),
                        id.expression().at(0) + ": it does not read " + String.join(", ", left)
                                + " of the primary key: rows for which it yields the same share one document",
                        "add the column, unless something else keeps " + String.join(", ", columns) + " unique"));
            }
        }
        return findings;
    }
}
