package dev.tidemark.source;

import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;

/** The kind of engines that a source runs, as a builder for each; tests have engines of another kind. */
@FunctionalInterface
public interface Engines extends Supplier<DebeziumEngine.Builder<RecordChangeEvent<SourceRecord>>> {

    /** Debezium's. */
    Engines DEBEZIUM = EngineSession::builder;
}
