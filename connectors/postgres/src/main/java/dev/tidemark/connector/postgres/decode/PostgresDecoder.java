package dev.tidemark.connector.postgres.decode;

import dev.tidemark.connector.base.decode.EnvelopeDecoder;
import dev.tidemark.connector.base.decode.TableRecords;
import dev.tidemark.connector.data.ChangeEvent;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.connector.postgres.catalog.RowWatch;
import dev.tidemark.connector.postgres.catalog.TableTraits;
import dev.tidemark.connector.postgres.log.ResumeOffsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Debezium's Postgres records as change events. */
public final class PostgresDecoder extends EnvelopeDecoder {

    private final ResumeOffsets offsets;
    private final Function<TableId, TableTraits> traits;
    private final RowWatch rows;

    /**
     * @param traits queries the catalog for what the log contains of a table's rows
     * @param rows what changes must contain
     */
    public PostgresDecoder(Function<TableId, TableTraits> traits, RowWatch rows) {
        this(new ResumeOffsets(), traits, rows);
    }

    private PostgresDecoder(ResumeOffsets offsets, Function<TableId, TableTraits> traits, RowWatch rows) {
        super(offsets);
        this.offsets = offsets;
        this.traits = traits;
        this.rows = rows;
    }

    /** Takes a message in the log as a heartbeat: it only means that the stream has reached this position. */
    @Override
    protected boolean takeOther(SourceRecord record, Struct value, Consumer<ChangeEvent> out) {
        if (value.schema().field("message") == null || value.schema().field("op") == null) {
            return false;
        }
        @SuppressWarnings("unchecked")
        Map<String, ?> offset = (Map<String, ?>) record.sourceOffset();
        heartbeat(offset, value.getStruct("source").getInt64("ts_ms"), offsets.ofMessage(offset), out);
        return true;
    }

    @Override
    protected TableRecords recordsOf(Schema envelope, Struct source, @Nullable Schema key) {
        TableId table = new TableId(source.getString("schema"), source.getString("table"));
        TableTraits known = traits.apply(table);
        rows.keys().require(table, known.primaryKey());
        Set<String> needed = new HashSet<>(rows.needed(table));
        if (rows.isDocument(table)) {
            needed.addAll(known.primaryKey());
        }
        return new RecordShape(
                envelope, table, known, before -> new RequiredBefore(before, known, needed, rows.mayReload()));
    }
}
