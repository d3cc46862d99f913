package io.debezium.connector.binlog.event;

import com.github.luben.zstd.ZstdInputStream;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.TransactionPayloadEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.TransactionPayloadEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import io.debezium.DebeziumException;
import io.debezium.config.CommonConnectorConfig.EventProcessingFailureHandlingMode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: a compressed transaction is inflated while its events
 * are handled, one after the other, and not as a whole before the first (invariant 3: 8 MB of binlog may be 300 MB of events, which
 * take a gigabyte of heap). What keeps it in step with Debezium 3.6.1.Final: docs/decisions/0041-bounded-by-bytes.md.
 */
public class TransactionPayloadDeserializer extends TransactionPayloadEventDataDeserializer {

    private static final int NOT_COMPRESSED = 255;
    private static final int BUFFER = 1 << 16;

    private static final AtomicLong LONGEST_MILLIS = new AtomicLong();

    private final Map<Long, TableMapEventData> tables;
    private final EventProcessingFailureHandlingMode onFailure;

    public TransactionPayloadDeserializer(
            Map<Long, TableMapEventData> tableMapEventByTableId,
            EventProcessingFailureHandlingMode eventDeserializationFailureHandlingMode) {
        this.tables = tableMapEventByTableId;
        this.onFailure = eventDeserializationFailureHandlingMode;
    }

    /**
     * Returns for how long the events of one transaction were handled so far, at most. Nothing is read from the connection meanwhile: a
     * client that waits less for a sign of life gives it up, and would begin the transaction again forever.
     */
    public static long longestMillis() {
        return LONGEST_MILLIS.get();
    }

    @Override
    public TransactionPayloadEventData deserialize(ByteArrayInputStream in) throws IOException {
        Payload payload = new Payload();
        while (in.available() > 0) {
            int field = in.readPackedInteger();
            if (field == OTW_PAYLOAD_HEADER_END_MARK) {
                break;
            }
            int length = in.readPackedInteger();
            switch (field) {
                case OTW_PAYLOAD_SIZE_FIELD -> payload.setPayloadSize(in.readPackedInteger());
                case OTW_PAYLOAD_COMPRESSION_TYPE_FIELD -> payload.setCompressionType(in.readPackedInteger());
                case OTW_PAYLOAD_UNCOMPRESSED_SIZE_FIELD -> payload.setUncompressedSize(in.readPackedLong());
                default -> in.read(length);
            }
        }
        if (payload.getUncompressedSize() == 0) {
            payload.setUncompressedSize(payload.getPayloadSize());
        }
        long most = Runtime.getRuntime().maxMemory() / 4;
        if (payload.getPayloadSize() > most) {
            throw new DebeziumException("a compressed transaction takes " + (payload.getPayloadSize() >> 20)
                    + " MB of the binlog (binlog_transaction_compression), which is more than a quarter of the heap: give the"
                    + " process more memory, for example JAVA_OPTS=-Xmx" + (payload.getPayloadSize() >> 18) + "m");
        }
        payload.setPayload(in.read(payload.getPayloadSize()));
        payload.setUncompressedEvents(new Events(payload));
        return payload;
    }

    private EventDeserializer events() {
        EventDeserializer events = new EventDeserializer();
        events.setEventDataDeserializer(
                EventType.WRITE_ROWS, new RowDeserializers.WriteRowsDeserializer(tables, onFailure));
        events.setEventDataDeserializer(
                EventType.UPDATE_ROWS, new RowDeserializers.UpdateRowsDeserializer(tables, onFailure));
        events.setEventDataDeserializer(
                EventType.DELETE_ROWS, new RowDeserializers.DeleteRowsDeserializer(tables, onFailure));
        events.setEventDataDeserializer(
                EventType.EXT_WRITE_ROWS,
                new RowDeserializers.WriteRowsDeserializer(tables, onFailure).setMayContainExtraInformation(true));
        events.setEventDataDeserializer(
                EventType.EXT_UPDATE_ROWS,
                new RowDeserializers.UpdateRowsDeserializer(tables, onFailure).setMayContainExtraInformation(true));
        events.setEventDataDeserializer(
                EventType.EXT_DELETE_ROWS,
                new RowDeserializers.DeleteRowsDeserializer(tables, onFailure).setMayContainExtraInformation(true));
        return events;
    }

    /** A payload whose text does not contain its events: that would inflate them all. */
    private static final class Payload extends TransactionPayloadEventData {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "TransactionPayloadEventData{payloadSize=" + getPayloadSize() + ", uncompressedSize="
                    + getUncompressedSize() + "}";
        }
    }

    /** The events of a payload, for the two loops that the streaming source runs over them: each is there while it is looked at. */
    private final class Events extends ArrayList<Event> {
        private static final long serialVersionUID = 1L;
        private final transient TransactionPayloadEventData payload;

        private Events(TransactionPayloadEventData payload) {
            this.payload = payload;
        }

        @Override
        public Iterator<Event> iterator() {
            try {
                InputStream packed = new java.io.ByteArrayInputStream(payload.getPayload());
                return new Inflating(
                        payload.getCompressionType() == NOT_COMPRESSED
                                ? packed
                                : new BufferedInputStream(new ZstdInputStream(packed), BUFFER));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The next event is read when it is asked for: rows are read by what the event before them says of their table. */
    private final class Inflating implements Iterator<Event> {
        private final EventDeserializer events = events();
        private final InputStream inflated;
        private final ByteArrayInputStream in;
        private final long began = System.nanoTime();
        private @Nullable Event next;
        private boolean ended;

        private Inflating(InputStream inflated) {
            this.inflated = inflated;
            this.in = new ByteArrayInputStream(inflated);
        }

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                LONGEST_MILLIS.accumulateAndGet((System.nanoTime() - began) / 1_000_000, Math::max);
                try {
                    next = events.nextEvent(in);
                    if (next == null) {
                        ended = true;
                        inflated.close();
                    } else if (next.getHeader().getEventType() == EventType.TABLE_MAP
                            && next.getData() instanceof TableMapEventData table) {
                        tables.put(table.getTableId(), table);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return next != null;
        }

        @Override
        public Event next() {
            Event event = hasNext() ? next : null;
            if (event == null) {
                throw new NoSuchElementException();
            }
            next = null;
            return event;
        }
    }
}
