package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.Commands;
import dev.tidemark.connector.data.TableId;
import dev.tidemark.contract.Proxy;
import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.pipeline.Pipeline;
import dev.tidemark.state.DurableFile;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * A load relies on the position that was stored when its rows were read: with another one it starts again, and the state of the
 * version before is streamed on from.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoadBasisContract {

    private static final int ROWS = 25_000;
    private static final String ITEMS = "SELECT id, name, n FROM items";

    private final SourceServer source;
    private final LosableTypesense typesense = new LosableTypesense();
    private final Proxy toTypesense;

    LoadBasisContract(SourceServer source) throws IOException {
        this.source = source;
        this.toTypesense = new Proxy(typesense.server().port());
    }

    @AfterAll
    void stop() throws IOException {
        toTypesense.close();
        typesense.close();
    }

    /** Takes away what the server keeps for the position, so that the next one begins later. */
    abstract void losePosition(Shop shop);

    private Shop shop(int rows) throws IOException {
        Shop shop = new Shop(source, typesense.server());
        shop.sql(
                "CREATE TABLE items (id int PRIMARY KEY, name varchar(60), n int)",
                "INSERT INTO items SELECT i, concat('item ', i), i FROM "
                        + shop.source().numbers(rows));
        // Small chunks: the load takes a while.
        return shop.document("items").through(toTypesense).with("flush: {interval: 50ms, documents: 250}");
    }

    /** Of rows that were read by then, and of others. */
    private static void change(Shop shop) {
        shop.sql(
                "UPDATE items SET name = 'changed' WHERE id < 100",
                "DELETE FROM items WHERE id BETWEEN 200 AND 300 OR id > " + (ROWS - 10),
                "UPDATE items SET id = id + 1000000 WHERE id BETWEEN 400 AND 410",
                "INSERT INTO items VALUES (-1, 'new', 1)");
    }

    /** No request comes through any more while the pipeline stops: a fast machine would finish the load. */
    private void cutOff(Shop shop, Pipeline pipeline) throws IOException {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> pipeline.status().loads().stream().anyMatch(load -> load.rows() > 2_000));
        toTypesense.set(Proxy.Mode.CUT);
        pipeline.close();
        toTypesense.set(Proxy.Mode.PASS);
        assertThat(Files.readString(shop.state().resolve("loads.json")))
                .as("it was cut off in the middle")
                .doesNotContain("\"rows\" : 0")
                .contains("\"position\"");
    }

    private static void startsAgain(Shop shop) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual("items", ITEMS);
            Shop.awaitStreaming(pipeline);
            await().untilAsserted(() -> assertThat(pipeline.status().loads())
                    .allMatch(load -> load.state().equals("done")));
            assertThat(read(shop)).isGreaterThanOrEqualTo(ROWS - 1_000);
            shop.awaitEqual("items", ITEMS);
        }
    }

    /** The rows that loads of the last start have read and written. */
    private static long read(Shop shop) {
        return (long) shop.count("tidemark.load.rows");
    }

    private static void done(String... command) {
        Commands.Ended ended = Commands.run(command);
        assertThat(ended.code()).as("%s%s", ended.out(), ended.err()).isZero();
    }

    @Test
    void backupOfALoad_isRestored_andTheLoadStartsAgain() throws Exception {
        try (Shop shop = shop(ROWS)) {
            cutOff(shop, shop.start());
            String file = shop.configFile().toString();
            Path backup = shop.directory().resolve("backup");
            done("backup", "-c", file, "--to", backup.toString());
            change(shop);
            startsAndStops(shop);
            typesense.restoreFrom(backup);
            done("restore", "-c", file, "--from", backup.toString());
            startsAgain(shop);
            assertThat(shop.count("tidemark.load.restarts", "reason", "position"))
                    .isEqualTo(1);
            done("backup", "discard", "-c", file, "--from", backup.toString());
        }
    }

    private static void startsAndStops(Shop shop) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual("items", ITEMS);
            assertThat(read(shop)).as("this one continues").isLessThan(ROWS - 1_000);
            Shop.awaitStreaming(pipeline);
        }
    }

    @Test
    void positionThatIsCleared_startsTheLoadAgain() throws Exception {
        try (Shop shop = shop(ROWS)) {
            cutOff(shop, shop.start());
            done("offsets", "clear", "-c", shop.configFile().toString(), "--yes");
            losePosition(shop);
            change(shop);
            startsAgain(shop);
        }
    }

    /** Without an initial load that would hide it. */
    @Test
    void positionThatIsCleared_startsARequestedLoadAgain_withSnapshotNever() throws Exception {
        try (Shop shop = shop(ROWS).withSource("snapshot: never")) {
            Pipeline pipeline = shop.start();
            Objects.requireNonNull(pipeline.operations())
                    .snapshots()
                    .request(TableId.parse(source.qualified(shop.name(), "items")), -1);
            cutOff(shop, pipeline);
            done("offsets", "clear", "-c", shop.configFile().toString(), "--yes");
            losePosition(shop);
            change(shop);
            startsAgain(shop);
            assertThat(shop.count("tidemark.load.restarts", "reason", "position"))
                    .isEqualTo(1);
        }
    }

    /** Stores the offset as the version before did. */
    private static void storeAsBefore(Shop shop, Map<String, Object> offset) throws IOException {
        String json = new ObjectMapper().writeValueAsString(OffsetFile.entry(shop.name(), offset));
        new DurableFile(shop.state().resolve("offsets.json")).write(json);
    }

    private static void load(Shop shop) throws Exception {
        try (Pipeline pipeline = shop.start()) {
            shop.awaitEqual("items", ITEMS);
            Shop.awaitStreaming(pipeline);
        }
    }

    @Test
    void stateOfTheVersionBefore_isStreamedOnFrom() throws Exception {
        try (Shop shop = shop(500)) {
            load(shop);
            storeAsBefore(shop, OffsetFile.open(shop.state()).offset().orElseThrow());
            shop.sql("UPDATE items SET name = 'changed' WHERE id < 100", "DELETE FROM items WHERE id > 400");
            try (Pipeline pipeline = shop.start()) {
                shop.awaitEqual("items", ITEMS);
                Shop.awaitStreaming(pipeline);
                assertThat(read(shop)).as("nothing is loaded").isZero();
            }
        }
    }

    /** Debezium had begun its snapshot: its offset is no position, and some documents are there. */
    @Test
    void upgradeDuringDebeziumsSnapshot_loadsEverything() throws Exception {
        try (Shop shop = shop(ROWS)) {
            load(shop);
            Map<String, Object> unfinished =
                    new LinkedHashMap<>(OffsetFile.open(shop.state()).offset().orElseThrow());
            unfinished.put("snapshot", "INITIAL");
            unfinished.put("snapshot_completed", false);
            unfinished.put("last_snapshot_record", false);
            storeAsBefore(shop, unfinished);
            TableStates.open(shop.state()).loading();
            change(shop);
            startsAgain(shop);
        }
    }

    @Test
    void filesOfANewerVersion_areRejected() throws Exception {
        try (Shop shop = shop(ROWS)) {
            cutOff(shop, shop.start());
            for (String name : new String[] {"loads.json", "offsets.json"}) {
                Path file = shop.state().resolve(name);
                String content = Files.readString(file);
                Files.writeString(
                        file, content.replaceFirst("\"format\":\"tidemark-\\d\"", "\"format\":\"tidemark-9\""));
                Commands.Ended ended =
                        Commands.run("run", "-c", shop.configFile().toString());
                assertThat(ended.err())
                        .contains(name, "was written by another version of Tidemark", "its format is tidemark-9")
                        .doesNotContain("\tat ");
                assertThat(ended.code()).isEqualTo(2);
                Files.writeString(file, content);
            }
            load(shop);
        }
    }
}
