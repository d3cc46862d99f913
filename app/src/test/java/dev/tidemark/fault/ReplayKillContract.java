package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tidemark.Commands;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Killed amid a replay of thousands of dead letters: an entry that is off the list has a document that equals its row, all others are
 * still there, and another replay does the rest (invariants 1 and 6).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ReplayKillContract {

    private static final Logger log = LoggerFactory.getLogger(ReplayKillContract.class);
    private static final int ROUNDS = Integer.getInteger("tidemark.kill.rounds", 1);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    private final SourceServer source;
    private final TypesenseServer typesense = TypesenseServer.start();
    private final Random random = new Random(SEED);

    ReplayKillContract(SourceServer source) {
        this.source = source;
        log.warn("{}: {} rounds, seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), ROUNDS, SEED);
    }

    @AfterAll
    void stop() {
        typesense.close();
        source.close();
    }

    @Test
    void serviceKilledAmidAReplay_losesNoEntry() throws Exception {
        try (Shop shop = shop()) {
            ReplayLoad load = new ReplayLoad(shop, SEED);
            Service service = Service.run(shop.configFile());
            try {
                load.awaitEqual(service);
                for (int round = 1; round <= ROUNDS; round++) {
                    reject(load, round, service);
                    int all = deadLetters(shop);
                    load.start();
                    AdminClient.connect(shop.config())
                            .post(
                                    "/api/dead-letters/replay",
                                    JsonNodeFactory.instance.objectNode().put("all", true));
                    int left = awaitSomeResolved(shop, all, service);
                    service.kill();
                    assertSettledOnesAreRight(shop, round, "service", left);
                    service = Service.run(shop.configFile());
                    service.runFor(Duration.ofSeconds(1));
                    load.stop();
                    awaitStreaming(shop, service);
                    replayRest(shop);
                    load.awaitEqual(service);
                    assertThat(shop.deadLetters(ReplayLoad.TABLE)).isEmpty();
                }
            } finally {
                service.close();
            }
        }
    }

    @Test
    @Tag("long")
    void commandKilled_onAStoppedService_losesNoEntry() throws Exception {
        try (Shop shop = shop()) {
            ReplayLoad load = new ReplayLoad(shop, SEED);
            for (int round = 1; round <= ROUNDS; round++) {
                try (Service service = Service.run(shop.configFile())) {
                    load.awaitEqual(service);
                    reject(load, round, service);
                    service.terminate();
                    assertThat(service.awaitEnd().code()).isZero();
                }
                int all = deadLetters(shop);
                load.start(); // what the next start finds in the log is older or newer than what the command reads
                try (Service command = Service.main(
                        "dev.tidemark.Main",
                        "dead-letters",
                        "replay",
                        "--all",
                        "-c",
                        shop.configFile().toString())) {
                    int left = awaitSomeResolved(shop, all, command);
                    command.close(); // not kill(): where this came late it has ended, and all of that holds as well
                    assertSettledOnesAreRight(shop, round, "command", left);
                }
                load.stop();
                if (random.nextBoolean()) {
                    assertThat(replay(shop).code()).isIn(0, 1); // 1: rows that are gone, which the log has still to say
                }
                try (Service service = Service.run(shop.configFile())) {
                    awaitStreaming(shop, service);
                    replayRest(shop);
                    load.awaitEqual(service);
                    assertThat(shop.deadLetters(ReplayLoad.TABLE)).isEmpty();
                }
            }
        }
    }

    private Shop shop() throws Exception {
        return new Shop(source, typesense).with("http: {port: " + FreePorts.next() + ", token: t0ken-of-sixteen}");
    }

    private static void awaitStreaming(Shop shop, Service service) {
        await().atMost(Duration.ofSeconds(120))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    service.runFor(Duration.ZERO);
                    assertThat(AdminClient.connect(shop.config())
                                    .get("/api/status")
                                    .path("state")
                                    .asText())
                            .as(service::output)
                            .isEqualTo("streaming");
                });
    }

    /** Thousands of rows become dead letters, and then fit without anybody being told. */
    private static void reject(ReplayLoad load, int round, Service service) throws Exception {
        load.spoil(round);
        await().atMost(Duration.ofSeconds(180))
                .alias("all are refused")
                .untilAsserted(() -> assertThat(load.shop.deadLetters(ReplayLoad.TABLE))
                        .as(service::output)
                        .hasSizeGreaterThanOrEqualTo(ReplayLoad.UNTOUCHED)
                        .extracting(DeadLetter::id)
                        .contains("1", "" + ReplayLoad.UNTOUCHED));
        // Before that is stored as done, the log would tell the old values again, and of no others: nobody was told.
        load.awaitWritten(100_000 + 2 * round);
        load.awaitWritten(100_000 + 2 * round + 1);
        load.mendUnseen();
    }

    private static int deadLetters(Shop shop) {
        return shop.deadLetters(ReplayLoad.TABLE).size();
    }

    /** Waits until some entries are off the list, each time another number of them; returns how many there were then. */
    private int awaitSomeResolved(Shop shop, int most, Service running) {
        int wanted = random.nextInt(most / 4); // the others take longer than to see it and to kill
        int[] left = {most};
        await().atMost(Duration.ofSeconds(120))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(3))
                .untilAsserted(() -> {
                    left[0] = deadLetters(shop);
                    assertThat(left[0]).as(running::output).isLessThan(most - wanted);
                });
        return left[0];
    }

    /** Of the rows that nothing else writes. */
    private static void assertSettledOnesAreRight(Shop shop, int round, String killed, int seen) {
        Set<String> pending =
                shop.deadLetters(ReplayLoad.TABLE).stream().map(DeadLetter::id).collect(Collectors.toSet());
        Map<String, JsonNode> documents = shop.documents(ReplayLoad.TABLE);
        int resolved = 0;
        for (String id : IntStream.rangeClosed(1, ReplayLoad.UNTOUCHED)
                .mapToObj(String::valueOf)
                .toList()) {
            if (!pending.contains(id)) {
                resolved++;
                JsonNode document = documents.get(id);
                assertThat(document == null ? null : document.path("n").asLong())
                        .as("document %s, which is settled", id)
                        .isEqualTo(round * 10_000_000L + Long.parseLong(id));
            }
        }
        log.warn(
                "{} killed, round {}: {} pending when seen, {} after, {} settled and right",
                killed,
                round,
                seen,
                pending.size(),
                resolved);
    }

    /** Until all is settled: an entry whose row is not found stays until the log says that the row was deleted (invariant 9). */
    private static void replayRest(Shop shop) {
        await().atMost(Duration.ofSeconds(180)).untilAsserted(() -> {
            Commands.Ended ended = replay(shop);
            assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        });
    }

    private static Commands.Ended replay(Shop shop) throws Exception {
        return Commands.run(
                "dead-letters", "replay", "--all", "-c", shop.configFile().toString());
    }
}
