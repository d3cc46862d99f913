package dev.tidemark.startup;

import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.document.MappingFingerprint;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import dev.tidemark.state.WrittenCollections;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/**
 * Distinction of the collections that this pipeline wrote from those of others: the first sweep of a filled collection of others
 * would delete what they put there (invariant 9).
 */
public final class Ownership {

    private final WrittenCollections written;
    private final TableStates states;
    private final boolean ofEarlierVersion;

    private Ownership(WrittenCollections written, TableStates states, boolean ofEarlierVersion) {
        this.written = written;
        this.states = states;
        this.ofEarlierVersion = ofEarlierVersion;
    }

    /** Opens the record. Call before offsets and table states are cleared: of an earlier version they are the only record. */
    public static Ownership open(Config config, OffsetFile offsets, TableStates states) throws IOException {
        WrittenCollections written = WrittenCollections.open(config.state());
        boolean earlier = !written.isRecorded()
                && (offsets.offset().isPresent() || !states.completions().isEmpty());
        return new Ownership(written, states, earlier);
    }

    /** Returns why the document must not be written to a collection that holds documents; empty if it is permitted. */
    public Optional<Check> foreign(Config.Document document, CollectionInfo there) {
        if (there.documents() == 0
                || document.adopt()
                || written.contains(there.name())
                || wasWritten(document, there)) {
            return Optional.empty();
        }
        return Optional.of(Check.failed(
                "collection " + document.collection(),
                "it holds " + there.documents() + " documents"
                        + (there.name().equals(document.collection()) ? "" : " (as " + there.name() + ")")
                        + ", and the state directory does not record that this pipeline ever wrote it",
                "give " + document.table().id()
                        + " another collection; or add 'adopt: true' to its entry under 'documents': it is then taken over,"
                        + " and documents without a row are deleted within the limit of 'guard'. If this pipeline wrote it,"
                        + " start it with the state directory that it had"));
    }

    /**
     * Returns whether an earlier version wrote the collection. It recorded only the mapping that filled a collection, and after
     * missed changes not even that.
     */
    private boolean wasWritten(Config.Document document, CollectionInfo there) {
        return ofEarlierVersion
                && (states.completions().isEmpty()
                        || states.of(document.recordName())
                                .filter(state -> MappingFingerprint.isOfCollection(state.fingerprint(), there.name()))
                                .isPresent());
    }

    /** Records collections before they are written to; durable when this returns. */
    void record(Collection<String> collections) throws IOException {
        written.add(collections);
    }
}
