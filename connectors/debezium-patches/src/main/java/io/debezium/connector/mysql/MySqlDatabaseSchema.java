package io.debezium.connector.mysql;

import dev.tidemark.debezium.mysql.LogDdlParser;
import io.debezium.config.CommonConnectorConfig;
import io.debezium.connector.binlog.BinlogConnectorConfig;
import io.debezium.connector.binlog.BinlogDatabaseSchema;
import io.debezium.connector.binlog.BinlogSourceInfo;
import io.debezium.connector.binlog.charset.BinlogCharsetRegistry;
import io.debezium.connector.common.CdcSourceTaskContext;
import io.debezium.connector.mysql.MySqlConnectorConfig.DdlParserType;
import io.debezium.connector.mysql.antlr.MySqlAntlrDdlParser;
import io.debezium.connector.mysql.antlr.MySqlPtAntlrDdlParser;
import io.debezium.connector.mysql.jdbc.MySqlDefaultValueConverter;
import io.debezium.connector.mysql.jdbc.MySqlValueConverters;
import io.debezium.pipeline.spi.OffsetContext;
import io.debezium.pipeline.spi.Offsets;
import io.debezium.pipeline.spi.Partition;
import io.debezium.relational.Column;
import io.debezium.relational.CustomConverterRegistry;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.ddl.AbstractDdlParser;
import io.debezium.relational.ddl.DdlParser;
import io.debezium.relational.history.TableChanges;
import io.debezium.schema.SchemaChangeEvent;
import io.debezium.schema.SchemaNameAdjuster;
import io.debezium.spi.topic.TopicNamingStrategy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: statements are parsed by a {@link LogDdlParser},
 * tables are compared with the server, and rows of a table whose columns are not known are left out. Why, and what keeps it in step with
 * Debezium 3.6.1.Final: docs/decisions/0038-mysql-ddl.md.
 */
public class MySqlDatabaseSchema
        extends BinlogDatabaseSchema<
                MySqlPartition, MySqlOffsetContext, MySqlValueConverters, MySqlDefaultValueConverter> {

    private static final String GTIDS = MySqlOffsetContext.GTID_SET_KEY;

    /** The offset of the engine, which moves with the stream; null before it is known. */
    private MySqlOffsetContext stream;

    /** Called by Debezium's task. */
    public MySqlDatabaseSchema(
            MySqlConnectorConfig config,
            MySqlValueConverters values,
            TopicNamingStrategy<TableId> topics,
            SchemaNameAdjuster names,
            boolean tableIdCaseInsensitive,
            CustomConverterRegistry converters,
            CdcSourceTaskContext<? extends CommonConnectorConfig> task) {
        super(config, values, new NoDefaults(values), topics, names, tableIdCaseInsensitive, converters, task);
    }

    /** Reads no default of a column: none is used, and of some forms ({@code bit(8) DEFAULT 5}) Debezium fails. */
    private static final class NoDefaults extends MySqlDefaultValueConverter {
        NoDefaults(MySqlValueConverters values) {
            super(values);
        }

        @Override
        public Optional<Object> parseDefaultValue(Column column, String expression) {
            return Optional.empty();
        }
    }

    /** Called by the constructor above this one: nothing of this object is set yet. */
    @Override
    protected DdlParser createDdlParser(BinlogConnectorConfig config, MySqlValueConverters values) {
        boolean comments = config.isSchemaCommentsHistoryEnabled();
        BinlogCharsetRegistry charsets = config.getServiceRegistry().getService(BinlogCharsetRegistry.class);
        AbstractDdlParser present = new MySqlAntlrDdlParser(true, false, comments, getTableFilter(), charsets);
        AbstractDdlParser legacy = new MySqlPtAntlrDdlParser(true, false, comments, getTableFilter(), charsets);
        boolean legacyFirst = ((MySqlConnectorConfig) config).getDdlParserType() == DdlParserType.LEGACY;
        return LogDdlParser.of(
                legacyFirst ? List.of(legacy, present) : List.of(present, legacy), config.getLogicalName());
    }

    private LogDdlParser parser() {
        return (LogDdlParser) getDdlParser();
    }

    @Override
    public List<SchemaChangeEvent> parseSnapshotDdl(
            MySqlPartition partition, String ddl, String database, MySqlOffsetContext offset, Instant time) {
        parser().snapshot();
        return super.parseSnapshotDdl(partition, ddl, database, offset, time);
    }

    @Override
    public List<SchemaChangeEvent> parseStreamingDdl(
            MySqlPartition partition, String ddl, String database, MySqlOffsetContext offset, Instant time) {
        stream = offset;
        BinlogSourceInfo source = offset.getSource();
        parser().streaming(source.getCurrentBinlogFilename(), source.getCurrentBinlogPosition());
        List<SchemaChangeEvent> events = super.parseStreamingDdl(partition, ddl, database, offset, time);
        return parser().ignoredLast() ? List.of() : events;
    }

    @Override
    public void recover(Offsets<?, ?> offsets) throws InterruptedException {
        super.recover(offsets);
        for (Map.Entry<? extends Partition, ? extends OffsetContext> each :
                offsets.getOffsets().entrySet()) {
            if (each.getValue() instanceof MySqlOffsetContext offset) {
                resume(each.getKey(), offset);
            }
        }
    }

    private void resume(Partition partition, MySqlOffsetContext offset) {
        stream = offset;
        Map<String, Object> position = new HashMap<>(offset.getOffset());
        if (!(position.get(BinlogSourceInfo.BINLOG_FILENAME_OFFSET_KEY) instanceof String file)
                || !(position.get(BinlogSourceInfo.BINLOG_POSITION_OFFSET_KEY) instanceof Number place)) {
            return;
        }
        // Recorded as what a snapshot finds: it holds at this position itself (HistoryOrder).
        position.put("snapshot", true);
        parser().resume(tables(), file, place.longValue(), (String) position.get(GTIDS))
                .forEach((id, statement) -> {
                    Table table = tableFor(id);
                    if (table != null) {
                        buildAndRegisterSchema(table);
                        getSchemaHistory()
                                .record(
                                        partition.getSourcePartition(),
                                        position,
                                        id.catalog(),
                                        null,
                                        statement,
                                        new TableChanges().create(table),
                                        Instant.now());
                    }
                });
    }

    @Override
    public boolean assignTableNumber(long number, TableId table) {
        if (isSkipped(table)) {
            return false;
        }
        if (schemaFor(table) == null && getTableFilter().isIncluded(table)) {
            parser().unknown(table);
        }
        return super.assignTableNumber(number, table);
    }

    @Override
    public TableId getTableId(long number) {
        TableId table = super.getTableId(number);
        return table == null || isSkipped(table) ? null : table;
    }

    private boolean isSkipped(TableId table) {
        BinlogSourceInfo source = stream == null ? null : stream.getSource();
        return parser().isSkipped(
                        table,
                        tables(),
                        source == null ? null : source.getCurrentBinlogFilename(),
                        source == null ? 0 : source.getCurrentBinlogPosition());
    }
}
