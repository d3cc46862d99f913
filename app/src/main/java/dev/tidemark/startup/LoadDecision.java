package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SnapshotMode;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.state.DynamicCollectionFile;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.TableStates.TableState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether documents have to be loaded, or may be streamed into from a stored offset: by what the state directory records and
 * what Typesense contains. The one rule of each start, and of a restore.
 * Upholds invariant 7.
 */
final class LoadDecision {

    private final SnapshotMode mode;
    private final TableStates states;
    private final DynamicCollectionFile fed;
    private final Connector connector;

    /** @param connector answers whether a table has rows */
    LoadDecision(Config config, TableStates states, DynamicCollectionFile fed, Connector connector) {
        this.mode = config.source().settings().snapshot();
        this.states = states;
        this.fed = fed;
        this.connector = connector;
    }

    /**
     * The decision on the documents of an entry.
     *
     * @param reasons why they have to be loaded; empty if they need not
     * @param mapping the mapping of the documents as it is now, of which the recorded one may be an older form; null if they have
     *     to be loaded
     */
    record Decision(List<LoadReason> reasons, @Nullable MappingFingerprint mapping) {

        private static Decision load(List<LoadReason> reasons) {
            return new Decision(List.copyOf(reasons), null);
        }

        /** Returns whether a load that has begun may continue: the documents that it has written are right. */
        boolean mayContinue() {
            return reasons.stream().allMatch(LoadReason.NotLoaded.class::isInstance);
        }
    }

    /** Decides on the documents of an entry. */
    Decision of(FoundCollections.Entry entry) {
        Config.Document document = entry.document();
        List<LoadReason> missing = new ArrayList<>();
        for (String name : entry.missing()) {
            if (!document.isDynamic() || fed.wasMade(document.recordName(), name)) {
                missing.add(new LoadReason.Missing(name));
            }
        }
        if (!missing.isEmpty()) {
            return Decision.load(missing);
        }
        TableState state = states.of(document.recordName()).orElse(null);
        if (state == null) {
            return Decision.load(List.of(new LoadReason.Unrecorded()));
        }
        MappingFingerprint now = fingerprint(entry);
        if (!now.matches(state.fingerprint())) {
            return Decision.load(List.of(new LoadReason.OtherMapping(now.difference(state.fingerprint()))));
        }
        if (!state.wasLoaded() && mode != SnapshotMode.NEVER) {
            return Decision.load(List.of(new LoadReason.NotLoaded()));
        }
        TableId table = entry.table().schema().table();
        boolean empty = entry.there().stream().allMatch(collection -> collection.documents() == 0);
        return empty && connector.hasRows(table)
                ? Decision.load(List.of(new LoadReason.Empty()))
                : new Decision(List.of(), now);
    }

    /** Returns the mapping of the documents as it is now. All collections of an expression have the same. */
    private static MappingFingerprint fingerprint(FoundCollections.Entry entry) {
        CollectionInfo collection = entry.document().isDynamic()
                ? new CollectionInfo(entry.document().collection(), List.of(), false, null, 0)
                : entry.there().get(0);
        return MappingFingerprint.of(entry.document(), entry.table(), collection);
    }
}
