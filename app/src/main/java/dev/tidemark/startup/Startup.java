package dev.tidemark.startup;

import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.ExchangedTable;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.load.Doubts;
import dev.tidemark.resync.CatalogFile;
import dev.tidemark.resync.Resync;
import dev.tidemark.retry.Backoff;
import dev.tidemark.sink.PreflightThread;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a configuration to targets that are ready to be written to: waits while errors are transient, fails to start on all
 * others, and decides whether a snapshot is due.
 * Upholds invariant 7.
 */
public final class Startup {

    private static final String HISTORY = "history";
    private static final Logger log = LoggerFactory.getLogger(Startup.class);
    /** What a start finds leads to the loads of that start. */
    private static final Doubts NOT_YET = (table, reason, evidence) -> {};

    /** Max wait for failures that pass automatically. */
    private static final long PASSING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Config config;
    private final Connector connector;
    private final Sink sink;
    private final OffsetFile offsets;
    private final TableStates states;
    private final DynamicCollectionFile fed;
    private final CollectionIdentities identities;
    private final TableIdentities tableIdentities;
    private final CatalogFile catalog;
    private final Resync resync;
    private final Health health;
    private final Findings findings;

    /** Records of the state directory. */
    public record Records(
            OffsetFile offsets,
            TableStates states,
            DynamicCollectionFile fed,
            CollectionIdentities collections,
            TableIdentities tables,
            CatalogFile catalog,
            Resync resync) {}

    public Startup(Config config, Connector connector, Sink sink, Records records, Health health) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.offsets = records.offsets();
        this.states = records.states();
        this.fed = records.fed();
        this.identities = records.collections();
        this.tableIdentities = records.tables();
        this.catalog = records.catalog();
        this.resync = records.resync();
        this.health = health;
        this.findings = new Findings(config, connector);
    }

    /**
     * What a start has prepared.
     *
     * @param targets in the configuration's order, their collections created if they were missing
     * @param fromStart tables that are to be loaded from their first row; all tables are if no offset is stored, or a resync is due
     * @param continued tables whose load continues if it has begun
     */
    public record Prepared(Targets targets, Set<TableId> fromStart, Set<TableId> continued) {}

    /**
     * Prepares a start. Offsets are cleared if all tables are to be loaded from another position.
     *
     * @throws StartupException if the operator has to act first
     */
    public Prepared prepare(SourceHistory history) throws StartupException, IOException, InterruptedException {
        awaitPreflight(history);
        Backoff backoff = new Backoff();
        while (true) {
            try {
                SourceSchemas described = SourceSchemas.of(config, connector);
                List<Check> ofDocuments = findings.ofDocuments(described);
                failIfAny(with(ofDocuments, Check.Outcome.FAILED));
                sink.settle();
                Prepared prepared = resolve(described);
                ofDocuments.forEach(check -> log.warn("{}", StartupException.line(check)));
                return prepared;
            } catch (SourceException e) {
                if (!e.isRetryable()) {
                    throw new StartupException(
                            List.of(Check.failed("source", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SOURCE, String.valueOf(e.getMessage()), e.hint(), backoff);
            } catch (SinkException e) {
                if (e.kind() == SinkException.Kind.FATAL) {
                    throw new StartupException(
                            List.of(Check.failed("typesense", String.valueOf(e.getMessage()), e.hint())));
                }
                await(Health.Part.SINK, String.valueOf(e.getMessage()), e.hint(), backoff);
            }
        }
    }

    private void awaitPreflight(SourceHistory history) throws StartupException, IOException, InterruptedException {
        Backoff backoff = new Backoff();
        long began = System.nanoTime();
        while (true) {
            List<Check> found = ofBothSides(history);
            if (found.stream().noneMatch(Startup::isHistoryUnknown)) { // it may be another server that lacks something
                recordLoss(found);
            }
            List<Check> failures = with(found, Check.Outcome.FAILED).stream()
                    .filter(check -> !resync.isAutomatic(check.loss()))
                    .toList();
            List<Check> unreachable = with(found, Check.Outcome.UNREACHABLE);
            boolean onlyPassing = !failures.isEmpty() && failures.stream().allMatch(Check::passing);
            if (!failures.isEmpty() && !(onlyPassing && System.nanoTime() - began < PASSING_NANOS)) {
                recordGap();
                throw new StartupException(failures);
            }
            if (failures.isEmpty() && unreachable.isEmpty()) {
                with(found, Check.Outcome.WARNING).forEach(check -> log.warn("{}", StartupException.line(check)));
                health.markHealthy(Health.Part.SINK);
                return;
            }
            Check first = failures.isEmpty() ? unreachable.get(0) : failures.get(0);
            Health.Part part = first.subject().startsWith("typesense") ? Health.Part.SINK : Health.Part.SOURCE;
            await(part, first.words(), first.hint(), backoff);
        }
    }

    /** Returns the findings on the source, then those on the sink. Both are queried at the same time. */
    private List<Check> ofBothSides(SourceHistory history) throws StartupException, IOException, InterruptedException {
        try (PreflightThread ofSink = PreflightThread.start(config.name(), sink)) {
            List<Check> found = new ArrayList<>(compare(history));
            found.addAll(findings.ofSource(resumed(config, offsets)));
            found.addAll(ofSink.results());
            return found;
        }
    }

    /**
     * Compares the server with the recorded history. Runs before the preflight, and its result is recorded: the preflight against
     * another server would report only symptoms, which pass.
     */
    private List<Check> compare(SourceHistory history) throws StartupException, IOException {
        try {
            if (config.source().settings().snapshot() == SnapshotMode.ALWAYS) {
                history.verifyBeforeLoad();
            } else {
                history.verify();
            }
            return List.of();
        } catch (SourceException e) {
            String message = String.valueOf(e.getMessage());
            if (!e.isRetryable()) {
                throw new StartupException(List.of(Check.failed(HISTORY, message, e.hint())));
            }
            return List.of(Check.unreachable(HISTORY, message, e.hint()));
        }
    }

    private static boolean isHistoryUnknown(Check check) {
        return check.subject().equals(HISTORY) && check.outcome() == Check.Outcome.UNREACHABLE;
    }

    /** Records a loss that the preflight has found: the source fixes a new position, instead of an exit. */
    private void recordLoss(List<Check> found) throws IOException {
        for (Check check : found) {
            if (resync.found(check.loss(), check.words())) {
                return;
            }
        }
    }

    /**
     * Records a gap before the start fails. The operator may follow the hint and close the gap: the next start would then no
     * longer detect it, nor that changes were missed (invariant 6).
     */
    private void recordGap() throws IOException {
        try {
            Check gap =
                    resumed(config, offsets) == null ? null : gapOfKnownTables().orElse(null);
            if (gap != null) {
                recordGap(gap);
            }
        } catch (SourceException e) {
            log.debug("whether there is a gap cannot be seen now: {}", e.getMessage());
        }
    }

    private void recordGap(Check gap) throws IOException {
        if (!resync.found(gap.loss(), gap.message())) {
            states.invalidate();
        }
    }

    /** Returns the offset that a start will resume from, or null if it will begin with a snapshot. */
    public static @Nullable Map<String, Object> resumed(Config config, OffsetFile offsets) {
        return config.source().settings().snapshot() == SnapshotMode.ALWAYS
                ? null
                : offsets.offset().orElse(null);
    }

    private void await(Health.Part part, String message, String hint, Backoff backoff) throws InterruptedException {
        Duration wait = backoff.next();
        health.markUnhealthy(part, new Health.Condition(message, hint), "(waiting)", Health.Outlook.retry(null, wait));
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }

    private static List<Check> with(List<Check> findings, Check.Outcome outcome) {
        return findings.stream().filter(check -> check.outcome() == outcome).toList();
    }

    private static void failIfAny(List<Check> failures) throws StartupException {
        if (!failures.isEmpty()) {
            throw new StartupException(failures);
        }
    }

    private Prepared resolve(SourceSchemas described)
            throws SinkException, InterruptedException, IOException, StartupException {
        Ownership ownership = Ownership.open(config, offsets, states);
        FoundCollections found = FoundCollections.find(
                config, described, sink, fed, new SchemaEvolutionAtStart(described, sink, states));
        failIfAny(found.findings(states, ownership));
        if (config.source().settings().snapshot() == SnapshotMode.NEVER) {
            return streamOnly(found, ownership);
        }
        Reasons reasons = new Reasons();
        boolean all = isDiscarded();
        if (!all) {
            wrong(found, reasons);
            reasons.log();
        }
        Set<TableId> loaded = all ? tables(found) : reasons.tables();
        // Before a collection is created: were it the other way round, a crash between would leave an empty collection
        // that counts as loaded.
        if (all) {
            offsets.clear();
        }
        if (!loaded.isEmpty()) {
            states.loading(names(found, loaded));
        }
        found = found.forgetEmpty(fed, loaded);
        Targets targets = new TargetResolver(config, found, states).create(sink, ownership, fed);
        if (all) {
            tableIdentities.clear();
        }
        begin(targets, loaded);
        return new Prepared(targets, all ? Set.of() : reasons.fromStart(), all ? Set.of() : reasons.continued());
    }

    /** Returns whether an offset to resume from is missing: all tables are loaded from another position. */
    private boolean isDiscarded() throws IOException {
        if (offsets.offset().isEmpty()) {
            return true;
        }
        if (config.source().settings().snapshot() == SnapshotMode.ALWAYS) {
            log.info("snapshot: always. The stored offsets are ignored");
            return true;
        }
        // The engine would put its tables back silently, and what happened to them meanwhile would stay unknown.
        Check gap = gapOfKnownTables().orElse(null);
        if (gap == null) {
            return false;
        }
        if (resync.found(gap.loss(), gap.message())) {
            return false; // the source discards the offset
        }
        log.warn("all tables are loaded again: {}", gap.message());
        return true;
    }

    /** Returns a gap of tables that were captured before; a table that joins the configuration misses nothing. */
    private Optional<Check> gapOfKnownTables() {
        return connector.detectGap(table -> tableIdentities.isRecorded()
                && tableIdentities.of(table.toString()).isEmpty());
    }

    private static Set<TableId> tables(FoundCollections found) {
        return found.entries().stream()
                .map(entry -> entry.table().schema().table())
                .collect(Collectors.toSet());
    }

    /** Returns the names by which the documents of the tables are recorded. */
    private static Set<String> names(FoundCollections found, Set<TableId> tables) {
        return found.entries().stream()
                .filter(entry -> tables.contains(entry.table().schema().table()))
                .map(entry -> entry.document().recordName())
                .collect(Collectors.toSet());
    }

    /** Records the identities before the first row is read, so that an exchange while the tables are loaded is detected, too. */
    private void begin(Targets targets, Set<TableId> loaded) throws IOException {
        IdentitiesAtStart.begin(identities, targets, loaded);
        for (TableId table : loaded) {
            tableIdentities.reloaded(table.toString(), Instant.now());
        }
        TableWatch.compare(connector, targets, tableIdentities, NOT_YET);
        catalog.begin(connector.catalogFacts(), loaded);
    }

    private Prepared streamOnly(FoundCollections found, Ownership ownership)
            throws StartupException, SinkException, InterruptedException, IOException {
        boolean first = offsets.offset().isEmpty();
        failIfAny(first ? List.of() : gap()); // before it, nothing is missed
        Reasons reasons = new Reasons();
        if (!first) {
            wrong(found, reasons);
        }
        reasons.messages().forEach(StreamOnly::report);
        Targets targets = new TargetResolver(config, found, states).create(sink, ownership, fed);
        new StreamOnly(states).record(targets);
        if (first) {
            tableIdentities.clear();
        }
        // Nothing is loaded: what contradicts stays so until 'load --table'.
        begin(targets, first ? tables(found) : Set.of());
        return new Prepared(targets, Set.of(), Set.of());
    }

    /** Finds why documents possibly differ from their rows, as far as it is recorded or can be detected. */
    private void wrong(FoundCollections found, Reasons reasons) throws IOException {
        IdentitiesAtStart.contradictions(identities, found.byDocument())
                .forEach((table, messages) -> messages.forEach(message -> reasons.add(table, message, false)));
        LoadDecision decision = new LoadDecision(config, states, fed, connector);
        for (FoundCollections.Entry entry : found.entries()) {
            LoadDecision.Decision decided = decision.of(entry);
            TableId table = entry.table().schema().table();
            decided.reasons()
                    .forEach(reason ->
                            reasons.add(table, reason.message(entry.document(), table), decided.mayContinue()));
            MappingFingerprint mapping = decided.mapping();
            if (mapping != null) {
                states.refresh(entry.document().recordName(), mapping.text());
            }
        }
        TableWatch.compare(connector, TargetResolver.present(found), tableIdentities, NOT_YET);
        Set<TableId> captured = tables(found);
        for (ExchangedTable each : tableIdentities.exchanged()) {
            for (TableId table : captured) {
                if (each.reload().contains(table.toString())) {
                    reasons.add(table, each.message(), false);
                }
            }
        }
    }

    /**
     * Returns the findings of a gap: without a load nothing would close it, so each start fails if changes of a table are not
     * sent.
     */
    private List<Check> gap() {
        return connector.detectGap().stream()
                .map(found -> Check.failed(
                        found.subject(),
                        found.message(),
                        "with snapshot: never no start reads the tables. Correct it ("
                                + found.hint()
                                + "), then load each table once: tidemark load -c FILE --table TABLE"))
                .toList();
    }

    /** Reasons to load tables, in the order in which they were found. */
    private static final class Reasons {
        private final Map<TableId, Set<String>> byTable = new LinkedHashMap<>();
        private final Set<TableId> fromStart = new LinkedHashSet<>();

        void add(TableId table, String message, boolean mayContinue) {
            byTable.computeIfAbsent(table, each -> new LinkedHashSet<>()).add(message);
            if (!mayContinue) {
                fromStart.add(table);
            }
        }

        void log() {
            byTable.forEach(
                    (table, messages) -> messages.forEach(message -> log.warn("{} is loaded: {}", table, message)));
        }

        Set<String> messages() {
            return byTable.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(LinkedHashSet::new));
        }

        Set<TableId> tables() {
            return Set.copyOf(byTable.keySet());
        }

        Set<TableId> fromStart() {
            return Set.copyOf(fromStart);
        }

        Set<TableId> continued() {
            Set<TableId> continued = new LinkedHashSet<>(byTable.keySet());
            continued.removeAll(fromStart);
            return continued;
        }
    }
}
