package dev.tidemark.connector.mysql.engine;

import io.debezium.spi.snapshot.Snapshotter;
import java.util.Map;

/**
 * An initial load that takes no lock: the position was read before it began, and the stream replays from there what the load may have
 * seen already (invariant 4). Debezium's own load reads the position after its view of the rows unless it holds a lock meanwhile: what is
 * committed in between would be lost. The engine finds it by its name.
 */
public final class PositionFirst implements Snapshotter {

    static final String NAME = "tidemark_position_first";

    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean shouldSnapshotData(boolean offsetExists, boolean snapshotInProgress) {
        return snapshotInProgress || !offsetExists;
    }

    @Override
    public boolean shouldSnapshotSchema(boolean offsetExists, boolean snapshotInProgress) {
        return snapshotInProgress || !offsetExists;
    }

    @Override
    public boolean shouldStream() {
        return true;
    }

    @Override
    public boolean shouldSnapshotOnSchemaError() {
        return false;
    }

    @Override
    public boolean shouldSnapshotOnDataError() {
        return false;
    }

    /** Returns false: the engine streams from the offset that it was given, not from one that it reads itself. */
    @Override
    public boolean shouldStreamEventsStartingFromSnapshot() {
        return false;
    }
}
