package dev.tidemark.startup;

import dev.tidemark.collection.CollectionRecord;
import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start finds of collections by expression: those that were fed before, and whether streaming on would do. */
final class FamilyStartup {

    private static final Logger log = LoggerFactory.getLogger(FamilyStartup.class);

    private final Config config;
    private final SourceSchemas described;
    private final Sink sink;
    private final TableStates states;
    private final DynamicCollectionFile fed;
    private final Map<Config.Document, List<CollectionInfo>> found = new LinkedHashMap<>();

    FamilyStartup(Config config, SourceSchemas described, Sink sink, TableStates states, DynamicCollectionFile fed) {
        this.config = config;
        this.described = described;
        this.sink = sink;
        this.states = states;
        this.fed = fed;
    }

    /** The collections that the document's table has fed and that are there. */
    List<CollectionInfo> find(Config.Document document, SchemaEvolution reshaping)
            throws SinkException, InterruptedException {
        List<CollectionInfo> there = new ArrayList<>();
        for (String name : fed.of(document.recordName())) {
            Optional<CollectionInfo> info =
                    sink.find(name).filter(collection -> collection.name().equals(name));
            reshaping
                    .apply(document.in(name), Routing.table(described, document), info)
                    .ifPresent(there::add);
        }
        found.put(document, there);
        return there;
    }

    /** Why streaming on would leave collections wrong, if so; as with any other collection. */
    Optional<String> snapshotReason(Config.Document document, Connector connector) {
        TableInfo table = Routing.table(described, document);
        for (String name : missing(document)) {
            if (fed.wasMade(document.recordName(), name)) {
                return Optional.of("collection " + name + ", which rows of "
                        + table.schema().table() + " were put into, is missing although offsets are stored");
            }
        }
        TableStates.TableState state = states.of(document.recordName()).orElse(null);
        if (state == null) {
            return Optional.of("no complete snapshot of " + table.schema().table() + " into "
                    + document.destinationText() + " is on record: it never ended, or changes were missed since");
        }
        if (!state.wasLoaded() && config.source().settings().snapshot() != SnapshotMode.NEVER) {
            return Optional.of(document.destinationText()
                    + " were not loaded: the load never ended, or they were streamed into with snapshot: never");
        }
        MappingFingerprint now = MappingFingerprint.of(document, table, design(document));
        if (!now.matches(state.fingerprint())) {
            return Optional.of("the mapping of " + document.destinationText() + " has changed ("
                    + now.difference(state.fingerprint()) + ")");
        }
        states.refresh(document.recordName(), now.text());
        boolean empty = there(document).stream().allMatch(collection -> collection.documents() == 0);
        return empty && connector.hasRows(table.schema().table())
                ? Optional.of(document.destinationText() + " are all empty or missing although "
                        + table.schema().table() + " has rows and offsets are stored")
                : Optional.empty();
    }

    private static CollectionInfo design(Config.Document document) {
        return new CollectionInfo(document.collection(), List.of(), false, null, 0);
    }

    private List<CollectionInfo> there(Config.Document document) {
        return found.getOrDefault(document, List.of());
    }

    private Set<String> missing(Config.Document document) {
        Set<String> missing = new TreeSet<>(fed.of(document.recordName()));
        there(document).forEach(collection -> missing.remove(collection.name()));
        return missing;
    }

    /**
     * Before a snapshot: what is missing or empty needs no sweep, and is recorded again when a row comes. Were it not forgotten,
     * one that no row comes for would be missed at every start.
     */
    void forgetEmpty() throws IOException {
        for (Map.Entry<Config.Document, List<CollectionInfo>> family : found.entrySet()) {
            Set<String> gone = missing(family.getKey());
            family.getValue().stream()
                    .filter(collection -> collection.documents() == 0)
                    .forEach(collection -> gone.add(collection.name()));
            fed.forget(family.getKey().recordName(), gone);
            family.getValue().removeIf(collection -> gone.contains(collection.name()));
        }
    }

    /** The families, with what was found. */
    List<DynamicCollections> open() throws IOException {
        tellOfOthers();
        List<DynamicCollections> families = new ArrayList<>();
        for (Map.Entry<Config.Document, List<CollectionInfo>> each : found.entrySet()) {
            Config.Document document = each.getKey();
            TableInfo table = Routing.table(described, document);
            TableStates.TableState state = states.of(document.recordName()).orElse(null);
            List<String> columns = state == null ? TargetResolver.columns(table) : state.columns();
            List<String> names =
                    each.getValue().stream().map(CollectionInfo::name).toList();
            fed.forget(document.recordName(), missing(document)); // announced, and never made
            fed.made(document.recordName(), names);
            DynamicCollections family = new DynamicCollections(
                    document, table, new FedBy(document.recordName(), fed), state == null ? null : state.writtenAs());
            each.getValue().forEach(collection -> family.add(collection, columns));
            families.add(family);
        }
        return families;
    }

    /** The families as they are: none of their collections is made, so nothing is recorded. */
    List<DynamicCollections> asFound() {
        List<DynamicCollections> families = new ArrayList<>();
        found.forEach((document, there) -> {
            TableInfo table = Routing.table(described, document);
            DynamicCollections family = new DynamicCollections(document, table, new Unrecorded(), null);
            there.forEach(collection -> family.add(collection, TargetResolver.columns(table)));
            families.add(family);
        });
        return families;
    }

    /** Documents of an expression that is configured no more stay where they are, but not unnoticed. */
    private void tellOfOthers() {
        Set<String> others = new HashSet<>(fed.records());
        config.documents().forEach(document -> others.remove(document.recordName()));
        others.forEach(record -> log.warn(
                "collections {} hold documents of {}, which an expression put there that is configured no more; they stay as"
                        + " they are: drop them where nothing needs them",
                fed.of(record),
                record.replaceFirst(":.*", "")));
    }

    /** One document's part of the record. */
    private record FedBy(String name, DynamicCollectionFile fed) implements CollectionRecord {

        @Override
        public void announce(Collection<String> collections) throws IOException {
            fed.announce(name, collections);
        }

        @Override
        public void made(Collection<String> collections) throws IOException {
            fed.made(name, collections);
        }

        @Override
        public void forget(Collection<String> collections) throws IOException {
            fed.forget(name, collections);
        }
    }

    /** Of collections that are neither made nor forgotten. */
    private static final class Unrecorded implements CollectionRecord {
        @Override
        public void announce(Collection<String> collections) {
            throw new IllegalStateException("no change comes that could lead to a new collection");
        }

        @Override
        public void made(Collection<String> collections) {
            // none is
        }

        @Override
        public void forget(Collection<String> collections) {
            // no sweep empties one
        }
    }
}
