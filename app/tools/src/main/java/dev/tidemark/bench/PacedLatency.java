package dev.tidemark.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The time from a commit until the document is seen, from outside: one thread commits 500 single-row changes a second,
 * another requests every 25th document until it has the new value.
 */
final class PacedLatency {

    private static final int PER_SECOND = 500;
    private static final int EVERY = 25;

    private final Workload workload;
    private final Search search;
    private final int ids;
    private final int mark;
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
    private volatile boolean writing = true;

    /** @param mark the first of the values that are written; no other run may have written them */
    PacedLatency(Workload workload, Search search, int ids, int mark) {
        this.workload = workload;
        this.search = search;
        this.ids = ids;
        this.mark = mark;
    }

    /** Runs for the given number of seconds, of which the first two do not count. */
    Figures.Latency measure(int seconds) throws IOException, InterruptedException {
        Thread writer = new Thread(() -> write(seconds), "bench-writer");
        writer.start();
        List<Double> millis = new ArrayList<>();
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + 30L);
        while ((writing || !committed.isEmpty()) && System.nanoTime() < giveUp) {
            for (Iterator<Map.Entry<Integer, Long>> left = committed.entrySet().iterator(); left.hasNext(); ) {
                Map.Entry<Integer, Long> sample = left.next();
                int change = sample.getKey();
                if (search.document(change % ids + 1L).contains("\"stock\":" + (mark + change) + ",")) {
                    if (change > 2 * PER_SECOND) {
                        millis.add((System.nanoTime() - sample.getValue()) / 1e6);
                    }
                    left.remove();
                }
            }
            Thread.sleep(2);
        }
        writer.join();
        if (!committed.isEmpty() || millis.isEmpty()) {
            throw new IllegalStateException(committed.size() + " changes never became visible");
        }
        millis.sort(null);
        return new Figures.Latency(millis.get(millis.size() / 2), millis.get(millis.size() * 99 / 100));
    }

    private void write(int seconds) {
        try (Connection connection = workload.connect();
                PreparedStatement update = connection.prepareStatement("UPDATE products SET stock = ? WHERE id = ?")) {
            long start = System.nanoTime();
            for (int change = 0; change < seconds * PER_SECOND; change++) {
                long wait = start + change * (1_000_000_000L / PER_SECOND) - System.nanoTime();
                if (wait > 0) {
                    TimeUnit.NANOSECONDS.sleep(wait);
                }
                update.setInt(1, mark + change);
                update.setLong(2, change % ids + 1L);
                update.execute();
                if (change % EVERY == 0) {
                    committed.put(change, System.nanoTime());
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the paced writer failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writing = false;
        }
    }
}
