package dev.tidemark.demo;

import dev.tidemark.pipeline.Service;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The demo once everything runs: prints what to try, shows figures, and compares at the end. Main thread only. */
final class DemoRun {

    private static final long ARRIVAL_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final PrintStream out = System.out;
    private final boolean terminal = isTerminal();
    private final DemoServers servers;
    private final Service service;
    private final DemoFigures figures;
    private final long began = System.nanoTime();
    private String changes = "";
    private double seconds;
    private boolean trafficFailed;

    DemoRun(DemoServers servers, Service service) {
        this.servers = servers;
        this.service = service;
        this.figures = new DemoFigures(service);
    }

    /** Returns whether the output is a terminal; the demo's servers run on Linux only. */
    private static boolean isTerminal() {
        try {
            String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits until the tables are copied: what is to be tried then works, and the latency is that of streaming. */
    void awaitSnapshot() throws InterruptedException {
        while (service.pipeline().isLive()
                && !service.pipeline().status().state().equals("streaming")) {
            TimeUnit.MILLISECONDS.sleep(50);
            if (terminal) {
                line(figures.now(0));
            }
        }
        if (terminal) {
            line("");
        }
        out.printf(Locale.ROOT, "Copied %,d rows, %.1f s after the start.%n", figures.snapshotRows(), seconds(began));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private void introduce(@Nullable Duration length) {
        String search = servers.typesense().uri() + "/collections/";
        String key = "-H 'X-TYPESENSE-API-KEY: " + servers.typesense().apiKey() + "'";
        out.println();
        out.println("Tidemark runs: shop (" + servers.shop().name()
                + ") -> products, customers (Typesense). Try, in another terminal:");
        out.println();
        out.println("  search, typing mistakes and all");
        out.println("    curl " + key + " '" + search
                + "products/documents/search?q=wireles+hedphones&query_by=name,description&facet_by=brand'");
        out.println("  customers near Berlin");
        out.println("    curl " + key + " '" + search
                + "customers/documents/search?q=*&query_by=name&filter_by=place:(52.52,13.4,20+km)'");
        out.println("  change something and search again");
        servers.shop().clients().forEach(client -> out.println("    " + client));
        out.println("  the status page, in a browser");
        out.println("    " + service.address() + "/");
        out.println("  look inside");
        out.println("    curl " + service.address() + "/api/status");
        out.println("    curl " + service.address() + "/metrics");
        out.println("    " + servers.directory().resolve("tidemark.yml") + " (the configuration)");
        out.println();
        out.println("About 50 changes a second are being made. "
                + (length == null ? "Ctrl-C ends it" : "It ends after " + length.toSeconds() + " s")
                + " with a comparison; the keys and servers are gone then.");
        out.println();
    }

    /** Makes changes and shows figures until the time is over, the process is interrupted, or the pipeline fails. */
    void watch(@Nullable Duration length, long seed) throws SQLException {
        long start = System.nanoTime();
        long last = 0;
        try (ShopTraffic traffic = new ShopTraffic(servers.shop(), seed)) {
            traffic.start();
            introduce(length); // only now: a signal sent in response to this output must not interrupt the connecting
            try {
                while ((length == null || System.nanoTime() - start < length.toNanos())
                        && service.pipeline().isLive()
                        && traffic.failure() == null) {
                    TimeUnit.MILLISECONDS.sleep(200);
                    long shown = (System.nanoTime() - start) / (terminal ? 500_000_000L : 10_000_000_000L);
                    if (shown != last) {
                        last = shown;
                        line(figures.now(traffic.total()));
                    }
                }
            } catch (InterruptedException e) {
                out.println(); // the flag is not set again: what follows is the orderly end that was requested
            }
            stop(traffic);
            seconds = seconds(start);
            changes = String.format(Locale.ROOT, "%s (%.0f a second)", traffic.counts(), traffic.total() / seconds);
            SQLException failure = traffic.failure();
            if (failure != null) {
                trafficFailed = true;
                System.err.println("demo: the changes ended early: " + failure.getMessage());
            }
        }
        if (terminal) {
            out.println();
        }
    }

    private static void stop(ShopTraffic traffic) {
        try {
            traffic.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void line(String text) {
        if (terminal) {
            out.print("\r" + text + "\u001b[K");
            out.flush();
        } else {
            out.println(text);
        }
    }

    /** Waits until everything has arrived, compares, and prints the summary; returns whether all is equal. */
    boolean conclude() throws SQLException, InterruptedException {
        out.println("The changes have stopped; comparing every field of every row ...");
        long stopped = System.nanoTime();
        List<Comparison> comparisons = compareAll();
        while (!equal(comparisons)
                && System.nanoTime() - stopped < ARRIVAL_NANOS
                && service.pipeline().isLive()) {
            TimeUnit.MILLISECONDS.sleep(200);
            comparisons = compareAll();
        }
        out.println();
        for (Comparison comparison : comparisons) {
            out.printf(
                    Locale.ROOT,
                    "  %-10s %,9d rows, %,9d documents: %s%n",
                    comparison.table(),
                    comparison.rows(),
                    comparison.documents(),
                    comparison.isEqual() ? "equal, field by field" : comparison.different() + " DIFFER");
            comparison.differences().forEach(difference -> out.println("      " + difference));
        }
        out.println("  changes    " + changes);
        out.println("  snapshot   " + String.format(Locale.ROOT, "%,d rows", figures.snapshotRows()));
        out.println("  flushes    " + String.format(Locale.ROOT, "%,d", figures.flushes()));
        out.println("  latency    " + figures.latency());
        service.pipeline()
                .health()
                .conditions()
                .forEach((part, condition) ->
                        out.println("  unwell     " + part + ": " + condition.message() + "; " + condition.hint()));
        out.printf(Locale.ROOT, "  ran        %.0f s%n", seconds(began));
        boolean good = equal(comparisons) && service.pipeline().isLive() && !trafficFailed;
        out.println();
        out.println(good ? "Tables and collections are equal." : "Tables and collections are NOT equal, or it failed.");
        return good;
    }

    private List<Comparison> compareAll() throws SQLException {
        List<Comparison> comparisons = new ArrayList<>();
        try (Connection connection = servers.shop().connect()) {
            for (String table : Comparison.TABLES) {
                comparisons.add(Comparison.of(
                        servers.shop(), connection, servers.typesense().admin(), table));
            }
        }
        return comparisons;
    }

    private static boolean equal(List<Comparison> comparisons) {
        return comparisons.stream().allMatch(Comparison::isEqual);
    }
}
