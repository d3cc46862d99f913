package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The collections of the configuration's documents that exist in Typesense: the same for {@code run}, {@code check} and {@code
 * restore}. Of an expression, these are the collections that it fed before.
 */
public final class FoundCollections {

    private final SourceSchemas described;
    private final List<Entry> entries;
    private final Map<Config.Document, CollectionInfo> byDocument;

    /**
     * One document and its collections.
     *
     * @param there the collections that exist
     * @param missing the names of those that do not
     */
    public record Entry(Config.Document document, TableInfo table, List<CollectionInfo> there, Set<String> missing) {

        /** Returns the document in one of its collections. */
        Config.Document in(CollectionInfo collection) {
            return document.isDynamic() ? document.in(collection.name()) : document;
        }

        /** Returns the entry without the collections that hold no document; these count as missing. */
        private Entry withoutEmpty() {
            List<CollectionInfo> filled = new ArrayList<>();
            Set<String> gone = new TreeSet<>(missing);
            for (CollectionInfo each : there) {
                if (each.documents() > 0) {
                    filled.add(each);
                } else {
                    gone.add(each.name());
                }
            }
            return new Entry(document, table, filled, gone);
        }
    }

    private FoundCollections(SourceSchemas described, List<Entry> entries) {
        this.described = described;
        this.entries = List.copyOf(entries);
        Map<Config.Document, CollectionInfo> found = new LinkedHashMap<>();
        entries.forEach(entry -> entry.there().forEach(there -> found.put(entry.in(there), there)));
        this.byDocument = Collections.unmodifiableMap(found);
    }

    /**
     * Searches the sink for the collections.
     *
     * @param evolution what is done to a collection that exists
     */
    public static FoundCollections find(
            Config config, SourceSchemas described, Sink sink, DynamicCollectionFile fed, SchemaEvolution evolution)
            throws SinkException, InterruptedException {
        List<Entry> entries = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            TableInfo table = described.of(document);
            if (table == null) {
                continue;
            }
            List<CollectionInfo> there = new ArrayList<>();
            Set<String> missing = new TreeSet<>();
            for (String name : document.isDynamic() ? fed.of(document.recordName()) : Set.of(document.collection())) {
                Config.Document member = document.isDynamic() ? document.in(name) : document;
                Optional<CollectionInfo> found = sink.find(name)
                        .filter(collection ->
                                !document.isDynamic() || collection.name().equals(name));
                evolution.apply(member, table, found).ifPresentOrElse(there::add, () -> missing.add(name));
            }
            entries.add(new Entry(document, table, there, missing));
        }
        return new FoundCollections(described, entries);
    }

    /** Returns the tables of the documents. */
    public SourceSchemas described() {
        return described;
    }

    /** Returns the documents in the configuration's order, without those that the database could not describe. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns the collections that exist, by the document in each of them. */
    public Map<Config.Document, CollectionInfo> byDocument() {
        return byDocument;
    }

    /** Returns the documents whose one collection does not exist. */
    List<Config.Document> missing() {
        return entries.stream()
                .filter(entry -> !entry.document().isDynamic() && entry.there().isEmpty())
                .map(Entry::document)
                .toList();
    }

    /** Returns what prevents the documents from being written to their collections, such as a collection that others filled. */
    List<Check> findings(TableStates states, Ownership ownership) {
        List<Check> findings = new ArrayList<>();
        entries.forEach(entry -> findings.addAll(unfit(entry, states)));
        List<Check> clashes = clashes();
        findings.addAll(clashes);
        if (clashes.isEmpty()) { // else a collection of this pipeline would be treated as foreign
            entries.forEach(entry -> findings.addAll(foreign(entry, ownership)));
        }
        return findings;
    }

    /** Returns two documents that use one collection by two names. */
    public List<Check> clashes() {
        return Routing.clashes(byDocument);
    }

    /** Returns what keeps a document out of its collections, or from the creation of a missing one. */
    public List<Check> unfit(Entry entry, TableStates states) {
        if (!entry.document().isDynamic() && entry.there().isEmpty()) {
            return unfit(entry.document(), entry, Optional.empty(), states);
        }
        List<Check> unfit = new ArrayList<>();
        entry.there().forEach(there -> unfit.addAll(unfit(entry.in(there), entry, Optional.of(there), states)));
        return unfit;
    }

    /**
     * Returns why a document must not go into a collection that others filled. The collections of an expression are on our
     * record.
     */
    public List<Check> foreign(Entry entry, Ownership ownership) {
        return entry.document().isDynamic()
                ? List.of()
                : entry.there().stream()
                        .flatMap(there -> ownership.foreign(entry.document(), there).stream())
                        .toList();
    }

    private List<Check> unfit(
            Config.Document document, Entry entry, Optional<CollectionInfo> there, TableStates states) {
        return DocumentChecks.unfit(
                document,
                Routing.design(described, document),
                entry.table(),
                there,
                states.of(document.recordName()).orElse(null));
    }

    /**
     * Forgets collections of expressions over these tables that are missing or empty, before a load: they need no sweep, and are recorded again
     * with their first row. Otherwise one that no row is written to would be reported as missing at every start.
     */
    FoundCollections forgetEmpty(DynamicCollectionFile fed, Set<TableId> tables) throws IOException {
        List<Entry> left = new ArrayList<>();
        for (Entry each : entries) {
            boolean concerned = each.document().isDynamic()
                    && tables.contains(each.table().schema().table());
            Entry entry = concerned ? each.withoutEmpty() : each;
            if (concerned) {
                fed.forget(entry.document().recordName(), entry.missing());
            }
            left.add(entry);
        }
        return new FoundCollections(described, left);
    }
}
