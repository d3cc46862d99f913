package dev.tidemark.bench;

import java.io.BufferedReader;
import java.io.IOException;

/** A process under measurement: when has it dealt with everything that was prepared? */
interface Subject extends AutoCloseable {

    /** Waits for the end of a phase; returns when that was, milliseconds since 1970. */
    long awaitSnapshot() throws IOException, InterruptedException;

    /** As {@link #awaitSnapshot}, for the updates of all rows. */
    long awaitUpdates() throws IOException, InterruptedException;

    /** As {@link #awaitSnapshot}, for the updates of the hot rows. */
    long awaitHot() throws IOException, InterruptedException;

    /** As {@link #awaitSnapshot}, for the deletes. */
    long awaitDeletes() throws IOException, InterruptedException;

    Child process();

    @Override
    default void close() {
        process().close();
    }

    /** The engine alone: it says so itself. */
    record Engine(Child process, BufferedReader output) implements Subject {

        @Override
        public long awaitSnapshot() throws IOException {
            return next();
        }

        @Override
        public long awaitUpdates() throws IOException {
            return next();
        }

        @Override
        public long awaitHot() throws IOException {
            return next();
        }

        @Override
        public long awaitDeletes() throws IOException {
            return next();
        }

        private long next() throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+ \\d+")) {
                    return Long.parseLong(line.substring(line.indexOf(' ') + 1));
                }
            }
            throw new IllegalStateException("the engine ended: " + process.logTail());
        }
    }

    /** Tidemark: Typesense is asked until it has the last document. */
    record Tidemark(Child process, Search search, Workload workload) implements Subject {

        private interface Done {
            boolean now() throws IOException, InterruptedException;
        }

        @Override
        public long awaitSnapshot() throws IOException, InterruptedException {
            return until(() -> search.documents(Workload.TABLE) == workload.rows());
        }

        @Override
        public long awaitUpdates() throws IOException, InterruptedException {
            return until(() -> search.document(workload.rows()).contains("\"Changed product"));
        }

        @Override
        public long awaitHot() throws IOException, InterruptedException {
            String stock = "\"stock\":" + workload.lastHotStock() + ",";
            return until(() -> search.document(Workload.HOT_KEYS).contains(stock)
                    && search.document(1).contains(stock));
        }

        @Override
        public long awaitDeletes() throws IOException, InterruptedException {
            return until(() -> search.documents(Workload.TABLE) == workload.rows() - workload.deletes());
        }

        private long until(Done done) throws IOException, InterruptedException {
            long deadline = System.nanoTime() + 300_000_000_000L;
            while (!done.now()) {
                process.requireAlive();
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("five minutes were not enough: " + process.logTail());
                }
                Thread.sleep(10);
            }
            return System.currentTimeMillis();
        }
    }
}
