package dev.tidemark.bench;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A child process of the benchmark: stock Debezium with a consumer that only counts. Arguments: a file of engine
 * properties, a file to report to, and the counts of changes at which it adds a line {@code <count> <milliseconds since
 * 1970>} there.
 */
public final class EngineProbe {

    /** See decision 0010. */
    private static final List<String> REPLACED = List.of(
            "io.debezium.pipeline.meters.CommonEventMeter",
            "io.debezium.pipeline.meters.StreamingMeter",
            "io.debezium.connector.postgresql.connection.DateTimeFormat");

    private final Path report;
    private final long[] marks;
    private int next;
    private long seen;

    private EngineProbe(Path report, long[] marks) {
        this.report = report;
        this.marks = marks;
    }

    /** Runs the engine until the process is ended. */
    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        requireStock();
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        }
        long[] marks = new long[arguments.length - 2];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = Long.parseLong(arguments[i + 2]);
        }
        EngineProbe probe = new EngineProbe(Path.of(arguments[1]), marks);
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(properties)
                .using((success, message, error) -> {
                    if (!success) {
                        System.err.println("the engine failed: " + message);
                    }
                })
                .notifying(probe::count)
                .build();
        engine.run();
    }

    /** Verifies that no class of ours replaces one of Debezium's: the baseline must not profit from replacements. */
    private static void requireStock() throws ClassNotFoundException {
        for (String replaced : REPLACED) {
            String from = String.valueOf(Class.forName(replaced)
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation());
            if (!from.contains("/debezium-connector-")) {
                throw new IllegalStateException(replaced + " is not Debezium's own");
            }
        }
    }

    private void count(
            List<RecordChangeEvent<SourceRecord>> records,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        for (RecordChangeEvent<SourceRecord> record : records) {
            if (record.record().value() instanceof Struct value
                    && value.schema().field("op") != null) {
                seen++;
            }
        }
        while (next < marks.length && seen >= marks[next]) {
            report(marks[next] + " " + System.currentTimeMillis() + "\n");
            next++;
        }
        committer.markProcessed(records.get(records.size() - 1));
        committer.markBatchFinished();
    }

    private void report(String line) {
        try {
            Files.writeString(report, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
