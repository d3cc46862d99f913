package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.TableInfo;
import dev.tidemark.document.CollectionDesign;
import dev.tidemark.document.Columns;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import dev.tidemark.state.TableStates;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection that we filled follows what changed while we were stopped, as it would have while running: columns that came or
 * went, and the configuration's fields.
 */
public final class SchemaEvolutionAtStart implements SchemaEvolution {

    private static final Logger log = LoggerFactory.getLogger(SchemaEvolutionAtStart.class);

    private final SourceSchemas described;
    private final Sink sink;
    private final TableStates states;

    SchemaEvolutionAtStart(SourceSchemas described, Sink sink, TableStates states) {
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
        try {
            sink.alter(there.name(), alteration.add(), alteration.drop());
        } catch (SinkException e) {
            if (!e.reason().equals(Sink.INCOMPATIBLE)) {
                throw e;
            }
            oneByOne(document, table, there.name(), alteration);
        }
        return sink.find(document.collection());
    }

    /** Alters the fields one by one: a field that stored values do not fit does not prevent the others from being altered. */
    private void oneByOne(
            Config.Document document, TableInfo table, String collection, CollectionDesign.Alteration alteration)
            throws SinkException, InterruptedException {
        for (SinkField field : alteration.add()) {
            try {
                sink.alter(
                        collection,
                        List.of(field),
                        alteration.drop().contains(field.name()) ? List.of(field.name()) : List.of());
            } catch (SinkException e) {
                if (!e.reason().equals(Sink.INCOMPATIBLE)) {
                    throw e;
                }
                if (isAskedByConfiguration(document, table, field)) {
                    throw new SinkException(
                            SinkException.Kind.FATAL,
                            Sink.INCOMPATIBLE,
                            "collection " + collection + " cannot have the field '" + field.name() + "' as the"
                                    + " configuration declares it, " + field.type()
                                    + ": its documents hold other values there: " + e.getMessage(),
                            "drop the collection and start again, which makes and loads it again; or name another"
                                    + " 'collection', or another field, for "
                                    + table.schema().table()
                                    + " under 'documents'",
                            e);
                }
                log.info(
                        "field {} of collection {} follows its column with the first row, or once the catalog is compared: {}",
                        field.name(),
                        collection,
                        e.getMessage());
            }
        }
    }

    /** Returns whether only the configuration changed: no column would cause the field to be altered later. */
    private boolean isAskedByConfiguration(Config.Document document, TableInfo table, SinkField field) {
        TableStates.TableState state = states.of(document.recordName()).orElse(null);
        return state != null
                && document.fields() != null
                && document.fields().containsKey(field.name())
                && state.columns().equals(Columns.texts(table.schema()));
    }

    /**
     * Returns what a start changes of an existing collection.
     *
     * @param state what is recorded of the collection, or null
     */
    public static CollectionDesign.Alteration alteration(
            SourceSchemas described,
            Config.Document document,
            CollectionInfo there,
            TableStates.@Nullable TableState state) {
        TableInfo table = Routing.table(described, document);
        if (!document.create()) {
            return CollectionDesign.Alteration.NONE;
        }
        MappingFingerprint mapping = MappingFingerprint.of(document, table, there);
        if (state == null || !mapping.hasSamePlace(state.fingerprint())) {
            // An empty collection with name patterns, created manually for this pipeline.
            return there.documents() > 0
                    ? CollectionDesign.Alteration.NONE
                    : Routing.design(described, document).underPatterns(there);
        }
        boolean same = state.columns().equals(Columns.texts(table.schema())) && mapping.matches(state.fingerprint());
        CollectionDesign design = Routing.design(described, document);
        return same ? design.underPatterns(there) : design.follow(there);
    }
}
