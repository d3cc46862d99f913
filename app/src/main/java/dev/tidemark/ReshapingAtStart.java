package dev.tidemark;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Column;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.offset.TableStates;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection that we filled follows what changed while we were stopped, as it would have while running: columns that came or
 * went, and the configuration's fields.
 */
final class ReshapingAtStart implements Reshaping {

    private static final Logger log = LoggerFactory.getLogger(ReshapingAtStart.class);

    private final Described described;
    private final Sink sink;
    private final TableStates states;

    ReshapingAtStart(Described described, Sink sink, TableStates states) {
        this.described = described;
        this.sink = sink;
        this.states = states;
    }

    @Override
    public Optional<CollectionInfo> apply(Config.Document document, TableInfo table, Optional<CollectionInfo> found)
            throws SinkException, InterruptedException {
        CollectionInfo there = found.orElse(null);
        CollectionDesign.Alteration alteration = there == null
                ? CollectionDesign.Alteration.NONE
                : alteration(
                        described,
                        document,
                        there,
                        states.of(document.recordName()).orElse(null));
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
            Described described,
            Config.Document document,
            CollectionInfo there,
            TableStates.@Nullable TableState state) {
        TableInfo table = Routing.table(described, document);
        if (state == null
                || !document.create()
                || !CollectionDesign.names(state.fingerprint(), document, table, there)) {
            return CollectionDesign.Alteration.NONE;
        }
        List<String> columns =
                table.schema().columns().stream().map(Column::name).toList();
        boolean same = state.columns().equals(columns)
                && state.fingerprint().equals(CollectionDesign.fingerprint(document, table, there));
        return same
                ? CollectionDesign.Alteration.NONE
                : Routing.design(described, document).follow(there);
    }
}
