package dev.tidemark.startup;

import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.Columns;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From documents to the collections that they are written to: those that are there, and those that a start makes. */
public final class TargetResolver {

    private static final Logger log = LoggerFactory.getLogger(TargetResolver.class);

    private final Config config;
    private final SourceSchemas described;
    private final Sink sink;
    private final TableStates states;
    private final FamilyStartup families;
    private final Map<Config.Document, CollectionInfo> found = new LinkedHashMap<>();

    /** @param described with nothing refused */
    public TargetResolver(
            Config config, SourceSchemas described, Sink sink, TableStates states, DynamicCollectionFile fed) {
        this.config = config;
        this.described = described;
        this.sink = sink;
        this.states = states;
        this.families = new FamilyStartup(config, described, sink, states, fed);
    }

    /** Looks for the collections; first of all. */
    public void find(SchemaEvolution reshaping) throws SinkException, InterruptedException {
        for (Config.Document document : config.documents()) {
            if (document.isDynamic()) {
                for (CollectionInfo there : families.find(document, reshaping)) {
                    found.put(document.in(there.name()), there);
                }
            } else {
                reshaping
                        .apply(document, table(document), sink.find(document.collection()))
                        .ifPresent(there -> found.put(document, there));
            }
        }
    }

    /** Returns the collections that were found, by the documents of the configuration. */
    Map<Config.Document, CollectionInfo> found() {
        return Collections.unmodifiableMap(found);
    }

    /** What keeps documents out of the collections that were found, and from those that are missing being made. */
    List<Check> unfit() {
        List<Check> refused = new ArrayList<>();
        found.forEach((document, there) -> refused.addAll(unfit(document, Optional.of(there))));
        missing().forEach(document -> refused.addAll(unfit(document, Optional.empty())));
        refused.addAll(Routing.clashes(found));
        return refused;
    }

    private List<Check> unfit(Config.Document document, Optional<CollectionInfo> there) {
        return DocumentChecks.unfit(
                document,
                Routing.design(described, document),
                table(document),
                there,
                states.of(document.recordName()).orElse(null));
    }

    /** What keeps documents out of collections that others filled. */
    List<Check> foreign(Ownership ownership) {
        List<Check> refused = new ArrayList<>();
        found.forEach((document, there) -> {
            if (!document.isDynamic()) { // else our own record led to it
                ownership.foreign(document, there).ifPresent(refused::add);
            }
        });
        return refused;
    }

    private List<Config.Document> missing() {
        return config.documents().stream()
                .filter(document -> !document.isDynamic() && !found.containsKey(document))
                .toList();
    }

    /** Why streaming on into the collections would leave them wrong, if so. An empty collection is never streamed into. */
    List<String> snapshotReasons(Connector connector) {
        List<String> reasons = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            Optional<String> reason = !document.isDynamic()
                    ? snapshotReason(document, table(document), connector)
                    : families.snapshotReason(document, connector);
            reason.ifPresent(reasons::add);
        }
        return reasons;
    }

    private Optional<String> snapshotReason(Config.Document document, TableInfo table, Connector connector) {
        CollectionInfo there = found.get(document);
        if (there == null) {
            return Optional.of("collection " + document.collection() + " is missing although offsets are stored");
        }
        TableStates.TableState state = states.of(document.recordName()).orElse(null);
        if (state == null) {
            return Optional.of("no complete snapshot of " + table.schema().table() + " into collection "
                    + document.collection() + " is on record: it never ended, or changes were missed since");
        }
        if (!state.wasLoaded() && config.source().settings().snapshot() != SnapshotMode.NEVER) {
            return Optional.of("collection " + document.collection()
                    + " was not loaded: the load never ended, or it was streamed into with snapshot: never");
        }
        MappingFingerprint now = MappingFingerprint.of(document, table, there);
        if (!now.matches(state.fingerprint())) {
            return Optional.of("the mapping of collection " + document.collection() + " has changed ("
                    + now.difference(state.fingerprint()) + ")");
        }
        states.refresh(document.recordName(), now.text());
        if (there.documents() == 0 && connector.hasRows(table.schema().table())) {
            return Optional.of("collection " + document.collection() + " is empty although "
                    + table.schema().table() + " has rows and offsets are stored");
        }
        return Optional.empty();
    }

    /** Returns targets of the collections that exist, to look at; none is created or recorded. */
    public Targets present() {
        List<Target> targets = new ArrayList<>();
        found.forEach((document, there) -> {
            TableInfo table = table(document);
            targets.add(new Target(document, table, there, columns(table), null));
        });
        return new Targets(targets, List.of());
    }

    /** Before a snapshot, once the table states are cleared. */
    void forgetEmpty() throws IOException {
        families.forgetEmpty();
    }

    /** All of them, in the configuration's order; those that are missing are made, and all are recorded as written by us. */
    Targets made(Ownership ownership) throws SinkException, InterruptedException, IOException {
        List<Target> targets = new ArrayList<>();
        List<String> names = new ArrayList<>();
        found.forEach((document, there) -> names.add(there.name()));
        missing().forEach(document -> names.add(document.collection()));
        ownership.record(names);
        for (Config.Document document : config.documents()) {
            if (!document.isDynamic()) {
                TableInfo table = table(document);
                Optional<TableStates.TableState> state = states.of(document.recordName());
                targets.add(new Target(
                        document,
                        table,
                        make(document, table),
                        state.map(TableStates.TableState::columns).orElseGet(() -> columns(table)),
                        state.map(TableStates.TableState::writtenAs).orElse(null)));
            }
        }
        return new Targets(targets, families.open());
    }

    /** Looked for once more: a document before this one may have made it. */
    private CollectionInfo make(Config.Document document, TableInfo table) throws SinkException, InterruptedException {
        Optional<CollectionInfo> there = sink.find(document.collection());
        if (there.isPresent()) {
            return there.get();
        }
        List<SinkField> fields =
                Routing.design(config, described, document.collection()).fields();
        sink.create(document.collection(), fields, CollectionDesign.nested(fields));
        log.atInfo()
                .addKeyValue("collection", document.collection())
                .addKeyValue("table", document.table())
                .log(
                        "created collection {} from {}",
                        document.collection(),
                        table.schema().table());
        return sink.find(document.collection())
                .orElseThrow(() -> new SinkException(
                        SinkException.Kind.RETRYABLE,
                        "not_ready",
                        "collection " + document.collection() + " was created and is not there yet",
                        "",
                        null));
    }

    /**
     * All of them as they were found: none is made, recorded, or altered for columns that came since.
     *
     * @throws RefusedException where one is missing
     */
    public Targets asFound() throws RefusedException {
        List<Check> refused = missing().stream()
                .map(document -> Check.refused(
                        "collection " + document.collection(),
                        "it does not exist",
                        "start the service, which makes it"))
                .toList();
        if (!refused.isEmpty()) {
            throw new RefusedException(refused);
        }
        List<Target> targets = new ArrayList<>();
        found.forEach((document, there) -> {
            if (!document.isDynamic()) {
                TableInfo table = table(document);
                targets.add(new Target(document, table, there, columns(table), null));
            }
        });
        return new Targets(targets, families.asFound());
    }

    private TableInfo table(Config.Document document) {
        return Routing.table(described, document);
    }

    static List<String> columns(TableInfo table) {
        return Columns.texts(table.schema());
    }
}
