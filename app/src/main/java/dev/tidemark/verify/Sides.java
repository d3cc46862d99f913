package dev.tidemark.verify;

import dev.tidemark.collection.JoinedTarget;
import dev.tidemark.collection.Targets;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.RowReader;
import dev.tidemark.sink.Sink;
import java.nio.file.Path;
import java.util.List;

/**
 * What is compared, and with what it is read.
 *
 * @param connector gives readers of joined documents
 * @param reader reads rows
 * @param joined the collections of joined documents; their own readers are not used
 * @param queriesPerSecond max number of queries of joined documents that begin in a second
 * @param directory for the hashes; what is in it is deleted
 */
public record Sides(
        Connector connector,
        RowReader reader,
        Targets targets,
        List<JoinedTarget> joined,
        Sink sink,
        int queriesPerSecond,
        Path directory) {

    /** Name of that directory in the state directory. */
    public static final String DIRECTORY = "verify";
}
