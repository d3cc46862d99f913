package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.FilterTemplate;
import dev.tidemark.document.SharedDesign;
import dev.tidemark.sink.CollectionInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Assignment of tables to the collections that they feed: one may feed several, and several one. */
public final class Routing {

    private Routing() {}

    /** Returns the table that the document is formed from; only for a document of which nothing was rejected. */
    public static TableInfo table(SourceSchemas described, Config.Document document) {
        return Objects.requireNonNull(
                described.of(document),
                () -> "the connector does not describe " + document.table().id());
    }

    /** Returns the design of the document's collection; conditions as for {@link #table}. */
    public static CollectionDesign design(SourceSchemas described, Config.Document document) {
        return Objects.requireNonNull(
                described.design(document),
                () -> "the connector does not describe " + document.table().id());
    }

    /** Returns the design of a collection that is created from the table, or the tables, that feed it. */
    public static SharedDesign design(Config config, SourceSchemas described, String collection) {
        return SharedDesign.of(config.documents().stream()
                .filter(document -> document.collection().equals(collection))
                .map(described::design)
                .filter(Objects::nonNull)
                .map(CollectionDesign::fields)
                .toList());
    }

    /** Returns what keeps a document's {@code deleteWhere} from being used. */
    public static List<String> deleteWhere(Config config, SourceSchemas described, Config.Document document) {
        Config.DeleteWhere where = document.deleteWhere();
        TableInfo deleted = where == null ? null : described.tables().get(where.table());
        return where == null || deleted == null
                ? List.of()
                : FilterTemplate.parse(where.filter())
                        .problems(
                                deleted,
                                design(config, described, document.collection()).fields());
    }

    /** Finds different names of one collection: their documents would overwrite each other's ids. */
    static List<Check> clashes(Map<Config.Document, CollectionInfo> found) {
        Map<String, Config.Document> names = new HashMap<>();
        List<Check> failures = new ArrayList<>();
        found.forEach((document, there) -> {
            Config.Document other = names.putIfAbsent(there.name(), document);
            if (other == null) {
                return;
            }
            if (other.isDynamic() || document.isDynamic()) {
                Config.Document by = other.isDynamic() ? other : document;
                failures.add(Check.failed(
                        "collection " + document.collection(),
                        "it holds documents of " + by.table().id() + ", which an expression put there",
                        "name another collection; or correct the expression, drop the collection and start again"));
            } else if (!other.collection().equals(document.collection())) {
                failures.add(Check.failed(
                        "collection " + document.collection(),
                        "it is the same as " + other.collection() + ": both are " + there.name(),
                        "name the collection alike in both documents and give each an 'idPrefix', or point the alias"
                                + " elsewhere"));
            }
        });
        return failures;
    }
}
