package dev.tidemark.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that follows the database: when has it dealt with everything that was prepared? */
interface Subject extends AutoCloseable {

    /** Waits for the updates of all rows; returns when that was, milliseconds since 1970. */
    long awaitUpdates() throws IOException, InterruptedException;

    /** Waits as {@link #awaitUpdates} does, for the updates of the hot rows. */
    long awaitHot() throws IOException, InterruptedException;

    /** Waits as {@link #awaitUpdates} does, for the deletes. */
    long awaitDeletes() throws IOException, InterruptedException;

    Child process();

    @Override
    default void close() {
        process().close();
    }

    /** The engine alone: a line of its report shows that a phase is over. */
    record Engine(Child process, Path report) implements Subject {

        /** Waits for the last row of the snapshot; returns as {@link #awaitUpdates}. */
        long awaitSnapshot() throws IOException, InterruptedException {
            return line(0);
        }

        @Override
        public long awaitUpdates() throws IOException, InterruptedException {
            return line(1);
        }

        @Override
        public long awaitHot() throws IOException, InterruptedException {
            return line(2);
        }

        @Override
        public long awaitDeletes() throws IOException, InterruptedException {
            return line(3);
        }

        private long line(int number) throws IOException, InterruptedException {
            while (true) {
                process.requireAlive();
                List<String> lines = Files.exists(report) ? Files.readAllLines(report) : List.of();
                if (lines.size() > number) {
                    String line = lines.get(number);
                    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
                }
                Thread.sleep(20);
            }
        }
    }

    /** Tidemark: Typesense is asked until it has the last document. */
    record Tidemark(Service service, Search search, Workload workload) implements Subject {

        @Override
        public Child process() {
            return service.process();
        }

        @Override
        public long awaitUpdates() throws IOException, InterruptedException {
            return process().await(() -> search.document(workload.rows()).contains("\"Changed product"));
        }

        @Override
        public long awaitHot() throws IOException, InterruptedException {
            String stock = "\"stock\":" + workload.lastHotStock() + ",";
            return process()
                    .await(() -> search.document(Workload.HOT_KEYS).contains(stock)
                            && search.document(1).contains(stock));
        }

        @Override
        public long awaitDeletes() throws IOException, InterruptedException {
            return process().await(() -> search.documents(Workload.TABLE) == workload.rows() - workload.deletes());
        }
    }
}
