package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Nearing;
import dev.tidemark.contract.Shop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Random transactions on the tables of a shop by a thread of its own, some of them rolled back, and the comparison of the tables
 * with their documents. A kind of it brings the tables, the statements and what is to be compared.
 */
abstract class RandomWork {

    final Shop shop;
    final Random random;
    private final Duration pause;
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /** @param pause after each transaction: what piles up in an outage must be worked off within the test */
    RandomWork(Shop shop, long seed, Duration pause) {
        this.shop = shop;
        this.random = new Random(seed);
        this.pause = pause;
    }

    /** The statements of one transaction; it is rolled back where one of them fails. */
    abstract void transaction(Statement statement) throws SQLException;

    /** One statement, or a few. */
    final void few(Statement statement, Supplier<String> step) throws SQLException {
        int steps = 1 + random.nextInt(4);
        for (int i = 0; i < steps; i++) {
            statement.execute(step.get());
        }
    }

    /** Fails where there are not as many documents as rows: seen in a moment, while the comparison reads all of them. */
    abstract void assertAsMany();

    /**
     * Every row equals its document, with none missing and none extra.
     *
     * @return how many there are
     */
    abstract int assertEqual();

    /** Works until {@link #stop}; a database that is away for a while is asked again. */
    final void start() {
        stopped = false;
        Thread worker = new Thread(this::work, "load");
        worker.setDaemon(true);
        worker.start();
        thread = worker;
    }

    final void stop() throws InterruptedException {
        stopped = true;
        Objects.requireNonNull(thread).join();
    }

    /** How many were committed. */
    final int transactions() {
        return transactions.get();
    }

    private void work() {
        while (!stopped) {
            try (Connection connection = shop.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    transaction(statement);
                    LockSupport.parkNanos(pause.toNanos());
                    if (random.nextInt(12) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                        transactions.incrementAndGet();
                    }
                }
            } catch (SQLException refusedOrAway) {
                Thread.onSpinWait(); // a unique index and a restart of the database are part of the game
            }
        }
    }

    /** Waits until all is equal; what is running is asked what it said if that does not come. */
    final int awaitEqual(Service... running) {
        int[] count = {0};
        try {
            Nearing.awaitUntil(
                    () -> {
                        assertAsMany();
                        count[0] = assertEqual();
                    },
                    Duration.ofMillis(250));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + differences() + said(running), e);
        }
        return count[0];
    }

    /** It continued from the stored position, unless the work had emptied a table by then, and its collection. */
    static void assertResumed(Service service) {
        String output = service.output();
        if (!output.contains("is empty although")) {
            assertThat(output).doesNotContain("tables begins");
        }
    }

    private String differences() {
        try {
            assertEqual();
            return "; a moment later all was equal";
        } catch (AssertionError | RuntimeException e) {
            return "; " + e.getMessage();
        }
    }

    private static String said(Service... running) {
        StringBuilder all = new StringBuilder();
        for (Service service : running) {
            String output = service.output();
            all.append("\nThe service said:\n").append(output.substring(Math.max(0, output.length() - 4000)));
        }
        return all.toString();
    }
}
