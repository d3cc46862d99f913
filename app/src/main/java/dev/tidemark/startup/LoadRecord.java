package dev.tidemark.startup;

import dev.tidemark.collection.DynamicCollections;
import dev.tidemark.collection.Target;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.Columns;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.flush.ColumnRecord;
import dev.tidemark.load.Load;
import dev.tidemark.load.Loads;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Record of the loads that fill the collections, in the table states. Any thread. */
public final class LoadRecord implements ColumnRecord, Loads.Observer {

    private static final Logger log = LoggerFactory.getLogger(LoadRecord.class);

    private final Targets targets;
    private final TableStates states;
    private final Loads loads;
    /** Documents whose columns were followed since the start. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    public LoadRecord(Targets targets, TableStates states, Loads loads) {
        this.targets = targets;
        this.states = states;
        this.loads = loads;
        // Their documents continue to be written from the columns that they began with.
        for (Load load : loads.wanted()) {
            if (!load.writtenAs().isEmpty() && !load.selection().isPart()) {
                targets.loadBegun(load.table(), load.writtenAs());
            }
        }
    }

    /** Returns whether a collection of the table may hold documents without a row: it has some now. */
    public boolean mayHold(TableId table) {
        return targets.of(table).stream()
                .anyMatch(target -> target.collectionInfo().documents() > 0);
    }

    /**
     * Records how the documents are written from now on. An initial load that does not come to its end continues at the next start,
     * unless the mapping is another one then.
     */
    @Override
    public void begun(TableId table) throws IOException {
        targets.loadBegun(table, Targets.columns(Objects.requireNonNull(targets.table(table))));
        boolean initial = loads.wanted().stream()
                .anyMatch(load -> load.table().equals(table) && load.cause() == Load.Cause.INITIAL);
        if (initial) {
            record(table, TableStates.TableState::notLoaded);
        }
    }

    @Override
    public void done(Load load) throws IOException {
        record(load.table(), state -> state);
    }

    private void record(TableId table, UnaryOperator<TableStates.TableState> as) throws IOException {
        Map<String, TableStates.TableState> now = new HashMap<>();
        for (Target target : targets.named()) {
            if (target.table().equals(table)) {
                String name = target.config().recordName();
                now.put(name, as.apply(followed(name, state(target, mapping(target)))));
            }
        }
        for (DynamicCollections family : targets.families()) {
            if (family.table().equals(table)) {
                String name = family.config().recordName();
                now.put(name, as.apply(followed(name, state(family, mapping(family)))));
            }
        }
        states.put(now);
    }

    /** Returns the state with the columns that were followed since the start, if any were. */
    private TableStates.TableState followed(String name, TableStates.TableState state) {
        return states.of(name)
                .filter(known -> changed.contains(name))
                .map(known -> state.withColumns(known.columns()))
                .orElse(state);
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
        if (state != null) { // else a load runs, and its end records it
            states.put(Map.of(name, state.mixed()));
        }
        log.atInfo()
                .addKeyValue("collection", target.collection())
                .addKeyValue("table", target.table())
                .log(
                        "the columns of {} changed: updates of collection {} write full documents until it is loaded again",
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
            changed.add(record);
            states.put(Map.of(record, state.withColumns(columns)));
        }
    }
}
