package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.Commands;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code backup} and {@code restore} are killed at each of their steps: what is kept on the server is always told and can be given back, the
 * next backup works, and nothing starts from half a restore.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BackupKillContract {

    private static final Logger log = LoggerFactory.getLogger(BackupKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 1);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    /** To work off what the load did meanwhile, also where the machine is busy. */
    private final SourceServer source;

    private final LosableTypesense typesense = new LosableTypesense();
    private final Random random = new Random(SEED);
    private final int port = FreePorts.next();

    BackupKillContract(SourceServer source) {
        this.source = source;
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
    }

    @AfterAll
    void stop() throws IOException {
        typesense.close();
        source.close();
    }

    /** What the server keeps for backups, by name. */
    abstract List<String> kept(Shop shop);

    /** Looks at what /metrics of the service tells of that. */
    abstract void assertMetrics(String metrics, int kept);

    /** The steps of a backup, by what can be seen of them, and of a restore likewise. */
    private record Moment(String name, BooleanSupplier come) {}

    @Test
    void backupKilled_leavesNothingUnseen_andTheNextOneWorks() throws Exception {
        try (Shop shop = shop()) {
            Load load = Load.on(shop, SEED);
            String file = shop.configFile().toString();
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                for (int round = 1; round <= ROUNDS; round++) {
                    for (int step = 0; step < 5; step++) {
                        Path to = shop.directory().resolve("backup" + round + "-" + step);
                        load.start();
                        killed(
                                backupMoment(step, to),
                                Service.main("dev.tidemark.Main", "backup", "-c", file, "--to", to.toString()));
                        load.stop();
                        assertNothingUnseen(shop, to);
                        assertTheNextOneWorks(shop, to);
                    }
                }
                load.awaitEqual(service);
            }
        }
    }

    @Test
    void restoreKilled_isDoneByTheNextOne_andNothingStartsBefore() throws Exception {
        try (Shop shop = shop()) {
            Load load = Load.on(shop, SEED);
            String file = shop.configFile().toString();
            Path backup = shop.directory().resolve("backup");
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                does("backup", "-c", file, "--to", backup.toString());
                load.start();
                service.runFor(Duration.ofSeconds(2));
                load.stop();
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            for (int round = 1; round <= ROUNDS; round++) {
                typesense.restoreFrom(backup);
                for (int step = 0; step < 4; step++) {
                    killed(
                            restoreMoment(step, shop),
                            Service.main("dev.tidemark.Main", "restore", "-c", file, "--from", backup.toString()));
                    if (Files.exists(shop.state().resolve("restore.json"))) {
                        Commands.Ended rejected = Commands.run("run", "-c", file);
                        assertThat(rejected.err())
                                .contains("was begun and is not complete", "run 'tidemark restore' again");
                        assertThat(rejected.code()).isEqualTo(2);
                    }
                }
                awaitRestored(file, backup);
                load.start(); // it may work while the service is away
                try (Service service = Service.run(shop.configFile())) {
                    service.runFor(Duration.ofSeconds(1));
                    load.stop();
                    load.awaitEqual(service);
                    RandomWork.assertResumed(service);
                    service.terminate();
                    assertThat(service.awaitEnd().code()).isZero();
                }
            }
            does("backup", "discard", "-c", file, "--from", backup.toString());
            assertThat(kept(shop)).isEmpty();
        }
    }

    private Shop shop() throws IOException {
        return new Shop(source, typesense.server()).with("http: {port: " + port + "}");
    }

    private Moment backupMoment(int step, Path to) {
        return switch (step) {
            case 0 -> atSomeTime();
            case 1 -> new Moment("directory made", () -> Files.exists(to));
            case 2 -> new Moment("begun", () -> Files.exists(to.resolve("manifest.json")));
            case 3 -> new Moment("position copied", () -> Files.exists(to.resolve("state/offsets.json")));
            default -> new Moment("Typesense writes", () -> Files.exists(to.resolve("typesense")));
        };
    }

    private Moment restoreMoment(int step, Shop shop) {
        Path state = shop.state();
        return switch (step) {
            case 0 -> atSomeTime();
            case 1 -> new Moment("marked", () -> Files.exists(state.resolve("restore.json")));
            case 2 -> new Moment("moved aside", () -> !Files.exists(state.resolve("offsets.json")));
            default ->
                new Moment(
                        "coming back",
                        () -> Files.exists(state.resolve("restore.json"))
                                && Files.exists(state.resolve("tables.json"))
                                && !Files.exists(state.resolve("offsets.json")));
        };
    }

    private Moment atSomeTime() {
        long at = System.nanoTime() + Duration.ofMillis(random.nextInt(6000)).toNanos();
        return new Moment("some time", () -> System.nanoTime() > at);
    }

    /** Kills the command when its moment has come, or lets it end where that passed unseen. */
    private void killed(Moment moment, Service command) throws InterruptedException {
        try (command) {
            while (!moment.come().getAsBoolean() && command.isAlive()) {
                LockSupport.parkNanos(200_000);
            }
            LockSupport.parkNanos(random.nextInt(30_000_000)); // anywhere before the next step
            boolean amid = command.isAlive();
            command.close();
            log.warn(
                    "{}: {}",
                    moment.name(),
                    amid ? "killed" : "it had ended: " + command.output().strip());
        }
    }

    /** Whatever the server keeps is in the list and in the metrics of the service; what has a directory can be discarded. */
    private void assertNothingUnseen(Shop shop, Path to) throws Exception {
        String file = shop.configFile().toString();
        List<String> kept = kept(shop);
        Commands.Ended list = Commands.run(
                "backup", "list", "-c", file, "--in", shop.directory().toString());
        assertThat(list.code()).as(list.err()).isZero();
        assertThat(kept).allSatisfy(name -> assertThat(list.out()).contains(name));
        awaitMetrics(kept.size());
        if (Files.exists(to.resolve("manifest.json"))) {
            assertThat(list.out()).contains(to.toString());
            does("backup", "discard", "-c", file, "--from", to.toString());
            assertThat(to).doesNotExist();
        }
        assertThat(kept(shop)).isEmpty();
        awaitMetrics(0);
    }

    /** In the same place: a name is often a date. */
    private void assertTheNextOneWorks(Shop shop, Path to) throws Exception {
        String file = shop.configFile().toString();
        does("backup", "-c", file, "--to", to.toString());
        awaitMetrics(kept(shop).size());
        does("backup", "show", "-c", file, "--from", to.toString());
        does("backup", "discard", "-c", file, "--from", to.toString());
        assertThat(kept(shop)).isEmpty();
    }

    private void awaitMetrics(int kept) {
        await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertMetrics(metrics(), kept));
    }

    private String metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    /** The slot may be held for a moment by a server process that has not noticed the kill. */
    private static void awaitRestored(String file, Path backup) {
        await().atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> does("restore", "-c", file, "--from", backup.toString()));
    }

    private static void does(String... command) {
        Commands.Ended ended = Commands.run(command);
        assertThat(ended.code())
                .as("%s: %s%s", List.of(command), ended.out(), ended.err())
                .isZero();
    }
}
