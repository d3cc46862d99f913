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
     * Decodes one record and passes on its events: none if the record is irrelevant; several if tables were dropped or have to be
     * reloaded before it.
     *
     * @throws SourceException if the record cannot be decoded; later records must not be decoded either
     */
    void decode(SourceRecord record, Consumer<ChangeEvent> out);
}
