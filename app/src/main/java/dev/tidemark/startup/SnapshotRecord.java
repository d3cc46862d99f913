package dev.tidemark.startup;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.Columns;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.flush.SnapshotLifecycle;
import dev.tidemark.metrics.PipelineMetrics;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows of the snapshot that runs: since when, and which collections have to be swept after it. */
public final class SnapshotRecord implements SnapshotLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SnapshotRecord.class);

    private final Targets targets;
    private final TableStates states;
    private final PipelineMetrics metrics;
    private volatile long startedNanos;
    private volatile long rowsBefore;
    private volatile boolean first = true;

    public SnapshotRecord(Targets targets, TableStates states, PipelineMetrics metrics) {
        this.targets = targets;
        this.states = states;
        this.metrics = metrics;
    }

    /**
     * Records that an engine starts with a snapshot: it reads from the beginning, regardless of what an earlier engine had read.
     */
    public void started() {
        if (startedNanos != 0) {
            first = false;
        }
        startedNanos = System.nanoTime();
        rowsBefore = metrics.snapshotRowsRead();
        metrics.snapshotRunning(true);
        targets.snapshotStarted();
        log.info(
                "snapshot of {} tables begins",
                targets.tables().stream()
                        .map(table -> table.schema().table())
                        .distinct()
                        .count());
    }

    /** Records that an engine resumes from a stored offset: earlier contents of the collections must not be used as a measure. */
    public void streamed() {
        first = false;
    }

    public long startedNanos() {
        return startedNanos;
    }

    public long rows() {
        return metrics.snapshotRowsRead() - rowsBefore;
    }

    /**
     * Returns true for collections that contained documents when this process began with a snapshot; for all if an engine ran
     * before it, since rows that it brought may have been deleted since.
     */
    @Override
    public boolean mayHold(Target target) {
        return !first || target.collectionInfo().documents() > 0;
    }

    @Override
    public List<Target> toSweep() {
        return targets.all().stream().filter(this::mayHold).toList();
    }

    @Override
    public void completed() throws IOException {
        Map<String, TableStates.TableState> complete = new HashMap<>();
        targets.named().forEach(target -> complete.put(target.config().recordName(), state(target, mapping(target))));
        targets.families()
                .forEach(family -> complete.put(family.config().recordName(), state(family, mapping(family))));
        states.put(complete);
        metrics.snapshotRunning(false);
        log.info("snapshot complete: {} rows", rows());
    }

    /** Returns the mapping of a collection's documents. */
    static MappingFingerprint mapping(Target target) {
        return MappingFingerprint.of(target.config(), target.tableInfo(), target.collectionInfo());
    }

    /** Returns the mapping of the documents of collections by expression. */
    static MappingFingerprint mapping(DynamicCollections family) {
        return MappingFingerprint.of(family.config(), family.tableInfo(), family.design());
    }

    /** Returns the record of a collection that is filled now. */
    static TableStates.TableState state(Target target, MappingFingerprint mapping) {
        return state(mapping, target.tableInfo(), target.writtenAs());
    }

    /** Returns the record of collections by expression that are filled now. */
    static TableStates.TableState state(DynamicCollections family, MappingFingerprint mapping) {
        return state(mapping, family.tableInfo(), family.writtenAs());
    }

    private static TableStates.TableState state(
            MappingFingerprint mapping, TableInfo table, @Nullable List<String> writtenAs) {
        return new TableStates.TableState(
                mapping.text(),
                Columns.texts(table.schema()),
                writtenAs,
                Instant.now().toString());
    }

    @Override
    public void mixed(Target target) throws IOException {
        String name = target.config().recordName();
        TableStates.TableState state = states.of(name).orElse(null);
        if (state != null) { // else a snapshot runs, and its end records it
            states.put(Map.of(name, state.mixed()));
        }
        log.atInfo()
                .addKeyValue("collection", target.collection())
                .addKeyValue("table", target.table())
                .log(
                        "the columns of {} changed: updates of collection {} write full documents until a new snapshot",
                        target.table(),
                        target.collection());
    }

    @Override
    public @Nullable List<String> followed(String record) {
        return states.of(record).map(TableStates.TableState::columns).orElse(null);
    }

    @Override
    public void followed(String record, List<String> columns) throws IOException {
        TableStates.TableState state = states.of(record).orElse(null);
        if (state != null) {
            states.put(Map.of(record, state.withColumns(columns)));
        }
    }
}
