package dev.tidemark;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.flush.HeldForms;
import dev.tidemark.flush.sweep.DeleteGuard;
import dev.tidemark.flush.sweep.SuspectFile;
import dev.tidemark.health.Health;
import dev.tidemark.identity.CollectionIdentities;
import dev.tidemark.identity.DoubtForms;
import dev.tidemark.identity.HistoryFile;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.load.Load;
import dev.tidemark.load.LoadFile;
import dev.tidemark.load.Loads;
import dev.tidemark.load.RowSelection;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.resync.CatalogFile;
import dev.tidemark.resync.Resync;
import dev.tidemark.startup.FoundCollections;
import dev.tidemark.startup.LoadRecord;
import dev.tidemark.startup.Routing;
import dev.tidemark.startup.SchemaEvolution;
import dev.tidemark.startup.SourceSchemas;
import dev.tidemark.startup.Startup;
import dev.tidemark.startup.TargetResolver;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.TableStates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A state directory as the service writes it: by a start that loads all tables, and by what happens later. */
public final class GoldenState {

    public static final String TENANT = "tenant_blue";
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    private final Config config;
    private final GoldenConnector connector;
    private @Nullable TableStates states;
    final GoldenSink sink;
    private final Health health;

    GoldenState(Config config) {
        this(config, new GoldenConnector(), new GoldenSink(), new Health());
    }

    public GoldenState(Config config, GoldenConnector connector, GoldenSink sink, Health health) {
        this.config = config;
        this.connector = connector;
        this.sink = sink;
        this.health = health;
    }

    /** Starts as {@code run} does, up to the targets. */
    public Targets start() throws Exception {
        return prepare().targets();
    }

    /** Does the same, and returns what is to be loaded, too. */
    public Startup.Prepared prepare() throws Exception {
        Path state = config.state();
        states = TableStates.open(state);
        OffsetFile offsets = OffsetFile.open(state);
        return new Startup(
                        config,
                        connector,
                        sink,
                        new Startup.Records(
                                offsets,
                                states,
                                DynamicCollectionFile.open(state),
                                CollectionIdentities.open(state),
                                TableIdentities.open(state),
                                CatalogFile.open(state),
                                resync()),
                        health)
                .prepare(new SourceHistory(
                        connector.history(), HistoryFile.open(state), Approvals.open(state), offsets::offset));
    }

    /** Reads the record of resyncs. */
    public Resync resync() throws IOException {
        boolean enabled = config.source().settings().snapshot() != SnapshotMode.NEVER;
        return Resync.open(config.state(), Approvals.open(config.state()), 3, enabled, Clock.systemUTC());
    }

    /** Stores the table states that the last start read. */
    void storeStates() throws IOException {
        Objects.requireNonNull(states).put(Map.of());
    }

    /** Creates the collections, without recording that. */
    public void collections() throws Exception {
        SourceSchemas described = SourceSchemas.of(config, connector);
        for (Config.Document document : config.documents()) {
            String name = document.isDynamic() ? TENANT : document.collection();
            sink.create(
                    name,
                    Routing.design(config, described, document.collection()).fields(),
                    false);
        }
        sink.fill(100);
    }

    /** Starts, loads everything, and stores an offset. */
    public void load() throws Exception {
        Targets targets = start();
        Loads loads = new Loads(
                left -> {}, List.of(), table -> -1, new PipelineMetrics(new SimpleMeterRegistry(), config.name()));
        LoadRecord record = new LoadRecord(targets, TableStates.open(config.state()), loads);
        for (TableInfo table : targets.tables()) {
            record.begun(table.schema().table());
            record.done(Load.request(table.schema().table(), Instant.EPOCH, Load.Cause.INITIAL, false));
        }
        DynamicCollectionFile fed = DynamicCollectionFile.open(config.state());
        for (Config.Document document : config.documents()) {
            if (document.isDynamic()) {
                fed.announce(document.recordName(), List.of(TENANT, "tenant_green"));
                fed.made(document.recordName(), List.of(TENANT));
            }
        }
        Map<String, Object> offset = new LinkedHashMap<>();
        offset.put("transaction_id", null);
        offset.put("lsn_proc", 26_711_048L);
        offset.put("lsn", 26_711_048L);
        offset.put("txId", 755);
        offset.put("ts_usec", 1_767_323_045_000_000L);
        OffsetFile.open(config.state()).begin(config.name(), offset);
    }

    /** Adds what only some pipelines have: dead letters, approvals, held deletes, snapshots of tables, a pause. */
    void rest() throws Exception {
        Path state = config.state();
        try (DeadLetters deadLetters = DeadLetters.open(state.resolve("dead-letters"), 1 << 20)) {
            deadLetters.append(List.of(
                    deadLetter("goods", "4711", "upsert", "{\"id\":\"4711\",\"price\":\"much\"}"),
                    deadLetter("goods", "4712", "delete", ""),
                    deadLetter("public.tenant_items:none", "", "upsert", "{\"id\":1,\"tenant\":null}")));
            deadLetters.resolve("goods", List.of("4712"));
        }
        new LoadFile(state, OffsetFile.open(state)::position)
                .save(List.of(
                        new Load(
                                new TableId("public", "items"),
                                TIME,
                                Load.Cause.REQUESTED,
                                false,
                                true,
                                List.of("id INT32"),
                                List.of("id"),
                                List.of("4711"),
                                4711,
                                RowSelection.ALL),
                        Load.request(new TableId("public", "kinds"), TIME, Load.Cause.INITIAL, false)));
        Approvals approvals = Approvals.open(state);
        Approval history = approvals.raise(new Approval(
                "",
                "history",
                "collection of another",
                TIME.toString(),
                "found",
                "approving",
                "abandoning",
                0,
                List.of(),
                null));
        approvals.decide(history.id(), Approval.Verdict.APPROVED);
        List<Target> targets = present();
        HeldForms.write(
                DeleteGuard.open(config.guard(), approvals, state, new SuspectFile(state)),
                targets.get(0),
                targets.get(2),
                targets.get(1));
        approvals.decide("row-not-found-2", Approval.Verdict.ABANDONED);
        DoubtForms.write(state, "goods", "public.items");
        new PauseMark(state).set(TIME);
    }

    /** Returns the documents of the configuration with their collections, changing nothing. */
    private List<Target> present() throws Exception {
        return TargetResolver.present(FoundCollections.find(
                        config,
                        SourceSchemas.of(config, connector),
                        sink,
                        DynamicCollectionFile.open(config.state()),
                        SchemaEvolution.NONE))
                .named();
    }

    private static DeadLetter deadLetter(String collection, String id, String operation, String document) {
        return new DeadLetter(
                collection,
                id,
                "public.items",
                "id=" + id,
                operation,
                document,
                "Field `price` must be a float.",
                1,
                26_711_048L,
                TIME,
                TIME);
    }

    /** Copies a directory. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.sorted().toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
