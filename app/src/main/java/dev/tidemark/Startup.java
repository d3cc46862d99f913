package dev.tidemark;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.SharedDesign;
import dev.tidemark.flush.Backoff;
import dev.tidemark.flush.Target;
import dev.tidemark.flush.Targets;
import dev.tidemark.metrics.Health;
import dev.tidemark.offset.FedCollections;
import dev.tidemark.offset.OffsetFile;
import dev.tidemark.offset.TableStates;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a configuration to targets that are ready to be written to: waits for what can heal by itself, refuses what
 * cannot, and decides whether a snapshot is due.
 */
final class Startup {

    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    /** A slot may be held for a moment by a process that just died: so long it is waited for. */
    private static final long SLOT_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Config config;
    private final Connector connector;
    private final Sink sink;
    private final OffsetFile offsets;
    private final TableStates states;
    private final FedCollections fed;
    private final Health health;

    Startup(
            Config config,
            Connector connector,
            Sink sink,
            OffsetFile offsets,
            TableStates states,
            FedCollections fed,
            Health health) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.offsets = offsets;
        this.states = states;
        this.fed = fed;
        this.health = health;
    }

    /**
     * Returns the targets, in the configuration's order, their collections created where they were missing. Offsets are
     * cleared where a snapshot is due.
     *
     * @throws RefusedException where somebody has to act first
     */
    Targets targets() throws RefusedException, IOException, InterruptedException {
        awaitPreflight();
        Backoff backoff = new Backoff();
        while (true) {
            try {
                Described described = Described.of(config, connector);
                refuseIfAny(described.refused());
                refuseIfAny(problems(config, described));
                List<Check> ids = IdChecks.of(config, described, connector);
                refuseIfAny(with(ids, Check.Outcome.REFUSED));
                ids.forEach(check -> log.warn("{}", RefusedException.line(check)));
                List<Check> unnamed = UnnamedTables.warnings(config, connector);
                sink.settle();
                Targets targets = resolve(described);
                unnamed.forEach(check -> log.warn("{}", RefusedException.line(check)));
                return targets;
            } catch (SourceException e) {
                if (!e.heals()) {
                    throw new RefusedException(
                            List.of(Check.refused("source", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SOURCE, String.valueOf(e.getMessage()), e.hint(), backoff);
            } catch (SinkException e) {
                if (e.kind() == SinkException.Kind.FATAL) {
                    throw new RefusedException(
                            List.of(Check.refused("typesense", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SINK, String.valueOf(e.getMessage()), e.hint(), backoff);
            }
        }
    }

    private void awaitPreflight() throws RefusedException, InterruptedException {
        Backoff backoff = new Backoff();
        long began = System.nanoTime();
        while (true) {
            List<Check> findings = new ArrayList<>(connector.preflight(resumed(config, offsets), false));
            findings.addAll(sink.preflight());
            List<Check> refused = with(findings, Check.Outcome.REFUSED);
            List<Check> unreachable = with(findings, Check.Outcome.UNREACHABLE);
            boolean onlyHeld = !refused.isEmpty() && refused.stream().allMatch(Startup::isHeldSlot);
            if (!refused.isEmpty() && !(onlyHeld && System.nanoTime() - began < SLOT_PATIENCE_NANOS)) {
                throw new RefusedException(refused);
            }
            if (refused.isEmpty() && unreachable.isEmpty()) {
                with(findings, Check.Outcome.WARNING).forEach(check -> log.warn("{}", RefusedException.line(check)));
                health.well(Health.Part.SINK);
                return;
            }
            Check first = refused.isEmpty() ? unreachable.get(0) : refused.get(0);
            Health.Part part = first.subject().startsWith("typesense") ? Health.Part.SINK : Health.Part.SOURCE;
            await(part, first.subject() + ": " + first.message(), first.hint(), backoff);
        }
    }

    /** The offset that a start will resume from, or null where it will begin with a snapshot. */
    static @Nullable Map<String, Object> resumed(Config config, OffsetFile offsets) {
        return config.source().settings().snapshot() == SnapshotMode.ALWAYS
                ? null
                : offsets.offset().orElse(null);
    }

    private static boolean isHeldSlot(Check check) {
        return check.subject().startsWith("slot ") && check.message().contains("in use");
    }

    private void await(Health.Part part, String message, String hint, Backoff backoff) throws InterruptedException {
        health.ail(part, new Health.Condition(message, hint), "(waiting)");
        TimeUnit.NANOSECONDS.sleep(backoff.next().toNanos());
    }

    private static List<Check> with(List<Check> findings, Check.Outcome outcome) {
        return findings.stream().filter(check -> check.outcome() == outcome).toList();
    }

    private static void refuseIfAny(List<Check> refused) throws RefusedException {
        if (!refused.isEmpty()) {
            throw new RefusedException(refused);
        }
    }

    /** What the configuration asks of the tables and they cannot give. */
    static List<Check> problems(Config config, Described described) {
        List<Check> refused = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            TableInfo table = described.of(document);
            if (table != null) {
                for (String problem : CollectionDesign.problems(document, table)) {
                    refused.add(Check.refused(
                            "documents." + subject(document),
                            problem,
                            document.collectionBy() == null
                                    ? "mend the document's 'fields' or 'id'"
                                    : "mend the document's 'collection', 'fields' or 'id'"));
                }
            }
        }
        for (Config.Document document : config.documents()) {
            for (String problem : Routing.deleteWhere(config, described, document)) {
                refused.add(Check.refused(
                        "documents." + document.collection() + ".deleteWhere", problem, "mend the filter"));
            }
        }
        config.documents().stream().map(Config.Document::collection).distinct().forEach(collection -> {
            for (String conflict : Routing.design(config, described, collection).conflicts()) {
                refused.add(Check.refused(
                        "documents." + collection,
                        conflict,
                        "say the same of it under 'fields' of each of the tables"));
            }
        });
        return refused;
    }

    /** What a document is called in a message: one without a certain collection by its table. */
    private static String subject(Config.Document document) {
        return document.collectionBy() == null
                ? document.collection()
                : document.table().id().toString();
    }

    private Targets resolve(Described described)
            throws SinkException, InterruptedException, IOException, RefusedException {
        boolean snapshot = offsets.offset().isEmpty();
        if (!snapshot && config.source().settings().snapshot() == SnapshotMode.ALWAYS) {
            log.info("snapshot: always. The stored offsets are put aside");
            snapshot = true;
        }
        List<Check> refused = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        if (!snapshot) {
            // The engine would put them back without a word, and what happened to them meanwhile would stay unknown.
            connector.gap().map(Check::message).ifPresent(reasons::add);
        }
        Map<Config.Document, CollectionInfo> found = new LinkedHashMap<>();
        FamilyStartup families = new FamilyStartup(config, described, sink, states, fed);
        for (Config.Document document : config.documents()) {
            TableInfo table = Routing.table(described, document);
            if (document.collectionBy() != null) {
                for (CollectionInfo there : families.find(document, this::reshaped)) {
                    Config.Document of = document.in(there.name());
                    found.put(of, there);
                    refused.addAll(unfit(of, table, Optional.of(there)));
                }
                if (!snapshot && offsets.offset().isPresent()) {
                    families.snapshotReason(document, connector).ifPresent(reasons::add);
                }
                continue;
            }
            Optional<CollectionInfo> there = reshaped(document, table, sink.find(document.collection()));
            there.ifPresent(info -> found.put(document, info));
            refused.addAll(unfit(document, table, there));
            if (!snapshot && offsets.offset().isPresent()) {
                snapshotReason(document, table, there).ifPresent(reasons::add);
            }
        }
        refused.addAll(Routing.clashes(found));
        refuseIfAny(refused);
        if (!reasons.isEmpty() && config.source().settings().snapshot() == SnapshotMode.NEVER) {
            throw new RefusedException(reasons.stream()
                    .map(
                            reason -> Check.refused(
                                    "snapshot",
                                    reason,
                                    "with snapshot: never it would stay incomplete; set snapshot: initial, or run 'offsets clear'"))
                    .toList());
        }
        if (snapshot || !reasons.isEmpty()) {
            reasons.forEach(reason -> log.warn("all tables are snapshotted again: {}", reason));
            // Before a collection is created: were it the other way round, a crash between would leave an empty
            // collection with offsets.
            offsets.clear();
            states.clear();
            families.forgetEmpty();
        }
        List<Target> targets = new ArrayList<>();
        for (Config.Document document : config.documents()) {
            if (document.collectionBy() != null) {
                continue;
            }
            targets.add(target(
                    document,
                    Routing.table(described, document),
                    Routing.design(config, described, document.collection())));
        }
        return new Targets(targets, families.open());
    }

    /**
     * A collection that we filled follows what changed while we were stopped, as it would have while running: columns that
     * came or went, and the configuration's fields.
     */
    private Optional<CollectionInfo> reshaped(Config.Document document, TableInfo table, Optional<CollectionInfo> found)
            throws SinkException, InterruptedException {
        CollectionInfo there = found.orElse(null);
        CollectionDesign.Alteration alteration = there == null
                ? CollectionDesign.Alteration.NONE
                : alteration(
                        document, table, there, states.of(document.recordName()).orElse(null));
        if (there == null || alteration.isEmpty()) {
            return found;
        }
        log.info(
                "altering collection {} for changed columns or fields of {}",
                there.name(),
                table.schema().table());
        sink.alter(there.name(), alteration.add(), alteration.drop());
        return sink.find(document.collection());
    }

    /**
     * What a start changes of an existing collection.
     *
     * @param state what is recorded of the collection, or null
     */
    static CollectionDesign.Alteration alteration(
            Config.Document document, TableInfo table, CollectionInfo there, TableStates.@Nullable TableState state) {
        if (state == null
                || !document.create()
                || !CollectionDesign.names(state.fingerprint(), document, table, there)) {
            return CollectionDesign.Alteration.NONE;
        }
        List<String> columns =
                table.schema().columns().stream().map(Column::name).toList();
        boolean same = state.columns().equals(columns)
                && state.fingerprint().equals(CollectionDesign.fingerprint(document, table, there));
        return same ? CollectionDesign.Alteration.NONE : CollectionDesign.follow(document, table.schema(), there);
    }

    /** What keeps the table's documents out of an existing collection, or from a missing one being created. */
    static List<Check> unfit(Config.Document document, TableInfo table, Optional<CollectionInfo> there) {
        String subject = "collection " + document.collection();
        if (there.isEmpty()) {
            return document.create()
                    ? List.of()
                    : List.of(Check.refused(
                            subject, "it does not exist", "create it, or set 'create: true' for this document"));
        }
        return CollectionDesign.mismatches(document, table, there.get()).stream()
                .map(mismatch -> Check.refused(
                        subject,
                        mismatch,
                        "change the document's 'fields', or drop the collection to have it made anew"))
                .toList();
    }

    /** Why streaming on into the collection would leave it wrong, if so. An empty collection is never streamed into. */
    private Optional<String> snapshotReason(Config.Document document, TableInfo table, Optional<CollectionInfo> there) {
        if (there.isEmpty()) {
            return Optional.of("collection " + document.collection() + " is missing although offsets are stored");
        }
        TableStates.TableState state = states.of(document.recordName()).orElse(null);
        if (state == null) {
            return Optional.of("collection " + document.collection() + " was never filled by a complete snapshot of "
                    + table.schema().table());
        }
        String now = CollectionDesign.fingerprint(document, table, there.get());
        if (!state.fingerprint().equals(now)) {
            return Optional.of("the mapping of collection " + document.collection() + " has changed (it was: "
                    + state.fingerprint() + "; it is: " + now + ")");
        }
        if (there.get().documents() == 0 && connector.hasRows(table.schema().table())) {
            return Optional.of("collection " + document.collection() + " is empty although "
                    + table.schema().table() + " has rows and offsets are stored");
        }
        return Optional.empty();
    }

    private Target target(Config.Document document, TableInfo table, SharedDesign design)
            throws SinkException, InterruptedException {
        CollectionInfo collection = sink.find(document.collection()).orElse(null);
        if (collection == null) {
            List<SinkField> fields = design.fields();
            sink.create(document.collection(), fields, CollectionDesign.nested(fields));
            log.info(
                    "created collection {} from {}",
                    document.collection(),
                    table.schema().table());
            collection = sink.find(document.collection())
                    .orElseThrow(() -> new SinkException(
                            SinkException.Kind.RETRYABLE,
                            "not_ready",
                            "collection " + document.collection() + " was created and is not there yet",
                            "",
                            null));
        }
        List<String> columns = states.of(document.recordName())
                .map(TableStates.TableState::columns)
                .orElseGet(() ->
                        table.schema().columns().stream().map(Column::name).toList());
        List<String> writtenAs = states.of(document.recordName())
                .map(TableStates.TableState::writtenAs)
                .orElse(null);
        return new Target(document, table, collection, columns, writtenAs);
    }
}
