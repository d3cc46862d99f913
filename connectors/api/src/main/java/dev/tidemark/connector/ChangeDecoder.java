package dev.tidemark.connector;

import dev.tidemark.connector.data.ChangeEvent;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Decoder of Debezium's records, in their order, into change events. One decoder serves one engine from its start to its end
 * and keeps the state it needs (schemas seen, which offsets may be stored). Used by the engine's polling thread only.
 */
public interface ChangeDecoder {

    /**
     * Decodes one record and passes on its events: none (the record is irrelevant), one, or two (a
     * {@code Change.SnapshotCompleted} before that of the first record after a snapshot).
     *
     * @throws SourceException if the record cannot be decoded; later records must not be decoded either
     */
    void decode(SourceRecord record, Consumer<ChangeEvent> out);
}
