package dev.tidemark.connector;

import dev.tidemark.connector.data.ChangeEvent;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's records, in their order, into change events. One decoder serves one engine from its start to its end and
 * keeps what it needs of the past (schemas seen, which offsets may be stored). Used by the engine's polling thread only.
 */
public interface ChangeDecoder {

    /**
     * Decodes one record and hands on what it means: no event (a record of no interest), one, or two (a
     * {@code Change.SnapshotCompleted} in front of the first record after a snapshot).
     *
     * @throws SourceException where the record cannot be understood; nothing after it may be taken either
     */
    void decode(SourceRecord record, Consumer<ChangeEvent> out);
}
