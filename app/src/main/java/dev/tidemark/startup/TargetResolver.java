package dev.tidemark.startup;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.Columns;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.TableStates.TableState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the collections that were found to the targets of the flush. */
public final class TargetResolver {

    private static final Logger log = LoggerFactory.getLogger(TargetResolver.class);

    private final Config config;
    private final FoundCollections found;
    private final TableStates states;

    TargetResolver(Config config, FoundCollections found, TableStates states) {
        this.config = config;
        this.found = found;
        this.states = states;
    }

    /**
     * Returns all targets, in the configuration's order. Missing collections are created, and all are recorded as written by this
     * pipeline.
     */
    Targets create(Sink sink, Ownership ownership, DynamicCollectionFile fed)
            throws SinkException, InterruptedException, IOException {
        List<String> names = new ArrayList<>();
        found.byDocument().forEach((document, there) -> names.add(there.name()));
        found.missing().forEach(document -> names.add(document.collection()));
        ownership.record(names);
        warnOfOthers(fed);
        List<Target> targets = new ArrayList<>();
        List<DynamicCollections> families = new ArrayList<>();
        for (FoundCollections.Entry entry : found.entries()) {
            Config.Document document = entry.document();
            TableState state = states.of(document.recordName()).orElse(null);
            List<String> columns = state == null ? columns(entry.table()) : state.columns();
            List<String> writtenAs = state == null ? null : state.writtenAs();
            if (document.isDynamic()) {
                families.add(family(entry, columns, writtenAs, fed));
            } else {
                CollectionInfo there = create(document, entry.table(), sink);
                targets.add(new Target(document, entry.table(), there, columns, writtenAs));
            }
        }
        return new Targets(targets, families);
    }

    private static DynamicCollections family(
            FoundCollections.Entry entry,
            List<String> columns,
            @Nullable List<String> writtenAs,
            DynamicCollectionFile fed)
            throws IOException {
        String name = entry.document().recordName();
        fed.forget(name, entry.missing()); // announced, and never created
        fed.made(name, entry.there().stream().map(CollectionInfo::name).toList());
        DynamicCollections family =
                new DynamicCollections(entry.document(), entry.table(), new FedCollections(name, fed), writtenAs);
        entry.there().forEach(collection -> family.add(collection, columns));
        return family;
    }

    /** Logs a warning about the documents of expressions that were removed from the configuration; they stay. */
    private void warnOfOthers(DynamicCollectionFile fed) {
        Set<String> others = new HashSet<>(fed.records());
        config.documents().forEach(document -> others.remove(document.recordName()));
        others.forEach(record -> log.warn(
                "collections {} hold documents of {}, which an expression put there that is configured no more; they stay as"
                        + " they are: drop them if nothing needs them",
                fed.of(record),
                record.replaceFirst(":.*", "")));
    }

    /** Looks once more: a document before this one may have created it. */
    private CollectionInfo create(Config.Document document, TableInfo table, Sink sink)
            throws SinkException, InterruptedException {
        Optional<CollectionInfo> there = sink.find(document.collection());
        if (there.isPresent()) {
            return there.get();
        }
        List<SinkField> fields =
                Routing.design(config, found.described(), document.collection()).fields();
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

    /** Returns the collections that exist, for reading only, each as a target of its own; none is created or recorded. */
    public static Targets present(FoundCollections found) {
        List<Target> targets = new ArrayList<>();
        for (FoundCollections.Entry entry : found.entries()) {
            for (CollectionInfo there : entry.there()) {
                targets.add(new Target(entry.in(there), entry.table(), there, columns(entry.table()), null));
            }
        }
        return new Targets(targets, List.of());
    }

    /**
     * Returns all of them as they were found: none is created, recorded, or altered for columns that came since.
     *
     * @throws StartupException if one is missing
     */
    public static Targets asFound(FoundCollections found) throws StartupException {
        List<Check> failures = found.missing().stream()
                .map(document -> Check.failed(
                        "collection " + document.collection(),
                        "it does not exist",
                        "start the service, which creates it"))
                .toList();
        if (!failures.isEmpty()) {
            throw new StartupException(failures);
        }
        List<Target> targets = new ArrayList<>();
        List<DynamicCollections> families = new ArrayList<>();
        for (FoundCollections.Entry entry : found.entries()) {
            List<String> columns = columns(entry.table());
            if (entry.document().isDynamic()) {
                DynamicCollections family =
                        new DynamicCollections(entry.document(), entry.table(), FedCollections.UNRECORDED, null);
                entry.there().forEach(collection -> family.add(collection, columns));
                families.add(family);
            } else {
                targets.add(new Target(
                        entry.document(), entry.table(), entry.there().get(0), columns, null));
            }
        }
        return new Targets(targets, families);
    }

    private static List<String> columns(TableInfo table) {
        return Columns.texts(table.schema());
    }
}
