package dev.tidemark.demo;

import dev.tidemark.cli.DurationConverter;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.ExtraCommand;
import dev.tidemark.config.Config;
import dev.tidemark.pipeline.Service;
import dev.tidemark.startup.StartupException;
import dev.tidemark.testkit.OpenServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark demo}: everything on this machine, to explore and to try. */
@Command(
        name = "demo",
        description =
                "Shows the service at work: a database with a shop in it, a real Typesense, live changes. Ends with a"
                        + " comparison of tables and collections; exit code 1 if they differ.")
public final class DemoCommand implements ExtraCommand {

    /** A stop by Ctrl-C waits so long for the summary. */
    private static final long TIMEOUT_SECONDS = 90;

    private static final long SEED = 20_240_301;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long, such as 60s or 5m; without it, until Ctrl-C")
    private @Nullable Duration length;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "products in the shop, 1 to 2000000; default: ${DEFAULT-VALUE}")
    private int rows = 20_000;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "the database: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}")
    private ShopDatabase.Kind source = ShopDatabase.Kind.postgres;

    private volatile int exitCode = ExitCode.DONE;

    @Override
    public Integer call() {
        if (rows < 1 || rows > 2_000_000) {
            return reject("--rows " + rows + ": give a number from 1 to 2000000");
        }
        DemoLog.quiet();
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        // Shutdown hooks run side by side: only this one runs before the servers are closed.
        OpenServers.beforeClosing(() -> onStop(main, ended));
        try {
            exitCode = show();
        } finally {
            System.out.flush();
            ended.countDown();
        }
        return exitCode;
    }

    private void onStop(Thread main, CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        main.interrupt();
        try {
            if (ended.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                // Without this a JVM that a signal stops exits with 130: a stop by a signal is not a failure.
                Runtime.getRuntime().halt(exitCode);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int show() {
        System.out.println("Starting " + source + " and Typesense ...");
        try (DemoServers servers = DemoServers.start(source)) {
            return show(servers);
        } catch (IllegalStateException | UncheckedIOException | IOException e) {
            return Thread.interrupted() ? ExitCode.DONE : reject(oneLine(e));
        } catch (InterruptedException e) {
            System.out.println("stopped before there was anything to compare");
            return ExitCode.DONE;
        } catch (SQLException e) {
            System.err.println("demo: the database failed: " + oneLine(e));
            return ExitCode.FAILED;
        }
    }

    private int show(DemoServers servers) throws IOException, InterruptedException, SQLException {
        System.out.printf(
                Locale.ROOT, "Filling the shop: %,d products, %,d customers ...%n", rows, ShopData.customers(rows));
        new ShopData(SEED).create(servers.shop(), rows);
        servers.allow();
        Config config = servers.configure();
        try (Service service = new Service(config)) {
            service.pipeline().start();
            DemoRun run = new DemoRun(servers, service);
            run.awaitSnapshot();
            run.watch(length, SEED + 1);
            return run.conclude() ? ExitCode.DONE : ExitCode.FAILED;
        } catch (StartupException e) {
            return reject(String.valueOf(e.getMessage()));
        }
    }

    private static String oneLine(Exception e) {
        Throwable shown = e.getCause() != null && e instanceof UncheckedIOException ? e.getCause() : e;
        String text = String.valueOf(shown.getMessage()).strip().replaceAll("\\s*\\R\\s*", " | ");
        return text.length() > 600 ? text.substring(0, 600) + " ..." : text;
    }

    private static int reject(String why) {
        System.err.println("demo: " + why);
        return ExitCode.REJECTED;
    }
}
