package io.debezium.connector.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import dev.tidemark.debezium.mysql.NotingStream;
import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.binlog.jdbc.BinlogConnectorConnection;
import io.debezium.jdbc.MainConnectionProvidingConnectionFactory;
import io.debezium.pipeline.DataChangeEvent;
import io.debezium.pipeline.ErrorHandler;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.notification.NotificationService;
import io.debezium.pipeline.source.snapshot.incremental.IncrementalSnapshotChangeEventSource;
import io.debezium.pipeline.source.spi.ChangeEventSourceFactory;
import io.debezium.pipeline.source.spi.DataChangeEventListener;
import io.debezium.pipeline.source.spi.SnapshotChangeEventSource;
import io.debezium.pipeline.source.spi.SnapshotProgressListener;
import io.debezium.pipeline.source.spi.StreamingChangeEventSource;
import io.debezium.relational.TableId;
import io.debezium.snapshot.SnapshotterService;
import io.debezium.spi.schema.DataCollectionId;
import io.debezium.util.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Stands in for Debezium's class of this name, which it precedes in the class path: the binlog is read by a {@link NotingStream}. Incremental
 * snapshots are left out. Why, and what keeps it in step with Debezium 3.6.1.Final: docs/decisions/0057-unread-writes.md.
 */
public class MySqlChangeEventSourceFactory implements ChangeEventSourceFactory<MySqlPartition, MySqlOffsetContext> {

    private final MySqlConnectorConfig config;
    private final MainConnectionProvidingConnectionFactory<BinlogConnectorConnection> connections;
    private final ErrorHandler errors;
    private final EventDispatcher<MySqlPartition, TableId> dispatcher;
    private final Clock clock;
    private final MySqlDatabaseSchema schema;
    private final MySqlTaskContext task;
    private final MySqlStreamingChangeEventSourceMetrics metrics;
    private final ChangeEventQueue<DataChangeEvent> queue;
    private final SnapshotterService snapshotter;
    private final BinaryLogClient client;

    /** Called by Debezium's task. */
    public MySqlChangeEventSourceFactory(
            MySqlConnectorConfig config,
            MainConnectionProvidingConnectionFactory<BinlogConnectorConnection> connections,
            ErrorHandler errors,
            EventDispatcher<MySqlPartition, TableId> dispatcher,
            Clock clock,
            MySqlDatabaseSchema schema,
            MySqlTaskContext task,
            MySqlStreamingChangeEventSourceMetrics metrics,
            ChangeEventQueue<DataChangeEvent> queue,
            SnapshotterService snapshotter,
            BinaryLogClient client) {
        this.config = config;
        this.connections = connections;
        this.errors = errors;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.schema = schema;
        this.task = task;
        this.metrics = metrics;
        this.queue = queue;
        this.snapshotter = snapshotter;
        this.client = client;
    }

    @Override
    public SnapshotChangeEventSource<MySqlPartition, MySqlOffsetContext> getSnapshotChangeEventSource(
            SnapshotProgressListener<MySqlPartition> progress,
            NotificationService<MySqlPartition, MySqlOffsetContext> notifications) {
        return new MySqlSnapshotChangeEventSource(
                config,
                connections,
                schema,
                dispatcher,
                clock,
                (MySqlSnapshotChangeEventSourceMetrics) progress,
                this::flushLast,
                queue::enableBuffering,
                notifications,
                snapshotter);
    }

    private void flushLast(Function<SourceRecord, SourceRecord> change) throws InterruptedException {
        queue.flushBuffer(event -> new DataChangeEvent(change.apply(event.getRecord())));
        queue.disableBuffering();
    }

    @Override
    public StreamingChangeEventSource<MySqlPartition, MySqlOffsetContext> getStreamingChangeEventSource() {
        queue.disableBuffering();
        return new NotingStream(
                config,
                connections.mainConnection(),
                dispatcher,
                errors,
                clock,
                task,
                schema,
                metrics,
                snapshotter,
                client,
                queue);
    }

    @Override
    public Optional<IncrementalSnapshotChangeEventSource<MySqlPartition, ? extends DataCollectionId>>
            getIncrementalSnapshotChangeEventSource(
                    MySqlOffsetContext offset,
                    SnapshotProgressListener<MySqlPartition> progress,
                    DataChangeEventListener<MySqlPartition> listener,
                    NotificationService<MySqlPartition, MySqlOffsetContext> notifications) {
        return Optional.empty();
    }
}
