package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.FreePorts;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that change are loaded, and service, Typesense and database are killed in between: at the end every document equals its row, and
 * none is without one (invariants 1, 2 and 4).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoadKillContract {

    private static final Logger log = LoggerFactory.getLogger(LoadKillContract.class);
    private static final long SEED = Long.getLong("tidemark.kill.seed", System.nanoTime());

    final SourceServer source;

    LoadKillContract(SourceServer source) {
        this.source = source;
    }

    @AfterAll
    void stop() {
        source.close();
    }

    @Test
    void loadOfTablesThatChange_isComplete_whateverIsKilled() throws Exception {
        killed(SEED, 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @Tag("long")
    void loadOfTablesThatChange_isComplete_withOtherSeeds(long seed) throws Exception {
        killed(SEED + seed, 2);
    }

    private void killed(long seed, int rounds) throws Exception {
        Random random = new Random(seed);
        log.warn("{}: seed {} (-Dtidemark.kill.seed)", getClass().getSimpleName(), seed);
        // Of its own: a Typesense that was killed replays all writes since it began, those of earlier tests, too.
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = new Shop(source, typesense)) {
            Blows blows = new Blows(source, typesense, random);
            shop.with("http: {port: " + FreePorts.next() + "}").with("flush: {interval: 50ms, documents: 100}");
            LoadedWork work = new LoadedWork(shop, seed);
            List<Blows.Blow> kinds = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                kinds.addAll(List.of(blows::killService, blows::killTypesense, blows::crashDatabase));
            }
            Collections.shuffle(kinds, random);
            Config config = shop.config();
            work.start();
            Service service = Service.run(shop.configFile());
            try {
                for (Blows.Blow blow : kinds) {
                    awaitLoading(config, shop, service, work);
                    service.runFor(blows.someTime(700));
                    service = blow.strike(shop, service);
                }
                awaitLoading(config, shop, service, work);
                work.stop();
                awaitLoaded(config, service);
                int equal = work.awaitEqual(service);
                log.warn("{} documents equal after {} transactions", equal, work.transactions());
                assertThat(equal).isPositive();
            } finally {
                service.close();
            }
        }
    }

    /** Waits until rows are read, of a table that is requested if nothing is loaded. */
    private static void awaitLoading(Config config, Shop shop, Service service, LoadedWork work) {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .failFast(
                        () -> assertThat(service.isAlive()).as(service::output).isTrue())
                .untilAsserted(() -> {
                    if (isLoading(config)) {
                        return;
                    }
                    AdminClient.connect(config)
                            .post(
                                    "/api/loads",
                                    new ObjectMapper().createObjectNode().put("table", shop.table(work.table())));
                    throw new AssertionError("nothing is loaded yet: " + service.output());
                });
    }

    private static void awaitLoaded(Config config, Service service) {
        await().atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(loads(config)).as(service::output).allMatch(load -> !isPending(load)));
    }

    private static boolean isLoading(Config config) throws Exception {
        return loads(config).stream().anyMatch(LoadKillContract::isPending);
    }

    private static boolean isPending(JsonNode load) {
        return List.of("waiting", "reading", "sweeping")
                .contains(load.path("state").asText());
    }

    private static List<JsonNode> loads(Config config) throws Exception {
        List<JsonNode> loads = new ArrayList<>();
        AdminClient.connect(config).get("/api/status").path("loads").forEach(loads::add);
        return loads;
    }

    /** Where something was created for the position, and it is not stored yet. */
    @Test
    void killedBeforeTheFirstPositionIsStored_missesNothing() throws Exception {
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = new Shop(source, typesense)) {
            LoadedWork work = new LoadedWork(shop, SEED);
            work.start();
            Service service = Service.run(shop.configFile());
            try {
                int before = 0;
                Object[] last = {null};
                for (int kill = 1; kill <= 2; kill++) {
                    Service fixing = service;
                    await().atMost(Duration.ofMinutes(2))
                            .pollDelay(Duration.ZERO)
                            .pollInterval(Duration.ofMillis(2))
                            .failFast(() -> assertThat(fixing.isAlive())
                                    .as(fixing::output)
                                    .isTrue())
                            .until(() -> {
                                Object created = created(shop);
                                boolean other = created != null && !created.equals(last[0]);
                                last[0] = created;
                                return other;
                            });
                    service.kill();
                    last[0] = created(shop);
                    before += forgetPosition(shop) ? 0 : 1;
                    service = Service.run(shop.configFile());
                }
                log.warn("killed twice, {} times before the position was stored", before);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> Files.exists(shop.state().resolve("offsets.json")));
                work.stop();
                work.awaitEqual(service);
            } finally {
                service.close();
            }
        }
    }

    /** Identifies what was created for a position that is not stored yet; null if there is nothing. */
    abstract @Nullable Object created(Shop shop) throws Exception;

    /** Back to what a process leaves that ends before it has stored the position; returns whether it had stored it. */
    private static boolean forgetPosition(Shop shop) throws IOException {
        return Files.deleteIfExists(shop.state().resolve("offsets.json"));
    }
}
