package dev.tidemark.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.connector.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The preflight of a start queries both sides at the same time. */
@Timeout(60)
class PreflightTest {

    private static final Check OF_SOURCE = Check.failed("wal_level", "is replica", "Set it to logical");
    private static final Check OF_SINK = Check.failed("typesense key", "is not accepted", "Set the right one");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private StartupShop shop;

    @BeforeEach
    void open() {
        shop = new StartupShop(directory);
    }

    @AfterEach
    void close() {
        assertThat(threads()).isEmpty();
        shop.close();
    }

    @Test
    void sidesAreQueriedAtOnce_andTheirFailuresAreReportedTogether() {
        CyclicBarrier together = new CyclicBarrier(2);
        shop.database.querying = () -> join(together);
        shop.sink.querying = () -> join(together);
        shop.database.findings.add(List.of(OF_SOURCE));
        shop.sink.findings = List.of(OF_SINK);
        assertThatThrownBy(shop::start)
                .hasMessage(StartupException.line(OF_SOURCE) + "\n" + StartupException.line(OF_SINK));
    }

    @Test
    void failureOfOneSide_endsTheQueryOfTheOther() {
        CountDownLatch began = new CountDownLatch(1);
        shop.sink.querying = () -> hang(began);
        shop.database.querying = () -> {
            await(began);
            throw new IllegalStateException("no driver");
        };
        assertThatThrownBy(shop::start).hasMessage("no driver");
    }

    @Test
    void failureOfTheSinkSide_isThrown() {
        shop.sink.querying = () -> {
            throw new IllegalStateException("no client");
        };
        assertThatThrownBy(shop::start).hasMessage("no client");
    }

    @Test
    void interrupt_endsBoth() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        shop.sink.querying = () -> hang(began);
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        Thread starting = new Thread(
                () -> {
                    try {
                        shop.start();
                        outcome.complete(null);
                    } catch (Exception | Error e) {
                        outcome.completeExceptionally(e);
                    }
                },
                "start");
        starting.start();
        await(began);
        Awaitility.await().until(() -> starting.getState() == Thread.State.WAITING);
        starting.interrupt();
        assertThatThrownBy(() -> outcome.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.endsWith("-preflight"))
                .toList();
    }

    private static void join(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the other side is not queried at the same time", e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** As a query of a server that does not answer: it ends when it is interrupted. */
    private static void hang(CountDownLatch began) {
        began.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
