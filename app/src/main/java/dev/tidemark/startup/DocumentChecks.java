package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.state.TableStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks whether documents can be formed from their tables and fit their collections (invariant 7). */
public final class DocumentChecks {

    private DocumentChecks() {}

    /** Returns what the configuration requires of the tables and they cannot provide. */
    static List<Check> problems(Config config, SourceSchemas described) {
        List<Check> failures = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            TableInfo table = described.of(document);
            CollectionDesign design = described.design(document);
            if (table != null && design != null) {
                for (String problem : design.problems(table.key())) {
                    failures.add(Check.failed(
                            "documents." + subject(document),
                            problem,
                            !document.isDynamic()
                                    ? "fix the document's 'fields' or 'id'"
                                    : "fix the document's 'collection', 'fields' or 'id'"));
                }
            }
        }
        for (Config.Document document : config.documents()) {
            for (String problem : Routing.deleteWhere(config, described, document)) {
                failures.add(
                        Check.failed("documents." + document.collection() + ".deleteWhere", problem, "fix the filter"));
            }
        }
        config.documents().stream().map(Config.Document::collection).distinct().forEach(collection -> {
            for (String conflict : Routing.design(config, described, collection).conflicts()) {
                failures.add(Check.failed(
                        "documents." + collection,
                        conflict,
                        "say the same of it under 'fields' of each of the tables"));
            }
        });
        return failures;
    }

    /** Returns the name of a document in a message: its collection, or its table if it has no fixed collection. */
    private static String subject(Config.Document document) {
        return !document.isDynamic()
                ? document.collection()
                : document.table().id().toString();
    }

    /**
     * Returns what prevents the table's documents from being written to an existing collection, or a missing one from being
     * created.
     *
     * @param state what is recorded of the collection; null if nothing is. A collection that this pipeline filled follows the
     *     table while the pipeline runs
     */
    public static List<Check> unfit(
            Config.Document document,
            CollectionDesign design,
            TableInfo table,
            Optional<CollectionInfo> there,
            TableStates.@Nullable TableState state) {
        String subject = "collection " + document.collection();
        if (there.isEmpty()) {
            return document.create()
                    ? List.of()
                    : List.of(Check.failed(
                            subject, "it does not exist", "create it, or set 'create: true' for this document"));
        }
        boolean follows = state != null
                && document.create()
                && MappingFingerprint.of(document, table, there.get()).hasSamePlace(state.fingerprint());
        return design.mismatches(there.get(), follows).stream()
                .map(mismatch -> Check.failed(
                        subject,
                        mismatch,
                        "change the document's 'fields', or drop the collection to have it made again"))
                .toList();
    }
}
