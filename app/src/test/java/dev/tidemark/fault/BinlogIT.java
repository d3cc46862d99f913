package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.DumpThreads;
import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the binlog held is gone, or somebody else reads it under our id: never a silent gap, never an endless fight. */
class BinlogIT {

    private static MySqlServer mysql;

    @BeforeAll
    static void start() {
        mysql = MySqlServer.start();
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--gtid-mode=ON", "--gtid-mode=OFF"})
    void purgedBeyondTheStoredPosition_isFollowedByAResync(String gtidMode) throws Exception {
        String consistency = gtidMode.endsWith("OFF") ? "--enforce-gtid-consistency=OFF" : "--server-id=1";
        try (MySqlServer server = MySqlServer.start(gtidMode, consistency);
                Shop shop = new Shop(new MySqlSource(server), TypesenseServer.shared())) {
            Load load = Load.on(shop, 21);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                shop.sql("UPDATE products SET name = 'streamed' WHERE id < 20");
                load.awaitEqual(service);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            DumpThreads.end(shop); // else the files that one still reads stay
            shop.sql(
                    "DELETE FROM products WHERE id <= 10",
                    "INSERT INTO products VALUES (9000, 'lost', 1, NULL)",
                    "FLUSH BINARY LOGS",
                    "UPDATE products SET name = 'held' WHERE id = 30",
                    "FLUSH BINARY LOGS",
                    "PURGE BINARY LOGS BEFORE DATE_ADD(NOW(), INTERVAL 1 DAY)"); // all but the one that is written
            Service.Ended check =
                    Service.command("check", "-c", shop.configFile().toString());
            assertThat(check.output())
                    .contains("position", "nothing has to be done", "from a new position")
                    .containsAnyOf("purged", "no longer has the binlog file")
                    .doesNotContain("\tat ");
            assertThat(check.code()).isEqualTo(2);
            assertThat(shop.documents("products")).containsKey("1").doesNotContainKey("9000");
            try (Service again = Service.run(shop.configFile())) {
                again.awaitLine("WARN", "changes are lost", "position");
                load.awaitEqual(again);
                again.awaitLine("all tables were loaded again");
                SlotIT.awaitState(again, "streaming");
                shop.sql("DELETE FROM products WHERE id = 9000");
                load.awaitEqual(again);
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
            }
        }
    }

    /** Whatever was written meanwhile may lack values, and the binlog does not say so: all tables are loaded again when the setting is put back. */
    @Test
    @Tag("long")
    void settingThatWasChangedForAWhile_isFollowedByAResync() throws Exception {
        try (MySqlServer server = MySqlServer.start();
                Shop shop = new Shop(new MySqlSource(server), TypesenseServer.shared())) {
            Load load = Load.on(shop, 23);
            try (Service service = Service.run(shop.configFile())) {
                load.awaitEqual(service);
                service.awaitLine("initial load is complete");
                shop.sql("SET GLOBAL binlog_row_image = 'MINIMAL'");
                service.awaitLine("WARN", "binlog_row_image is MINIMAL", "SET PERSIST");
                shop.sql("UPDATE products SET name = 'partly' WHERE id < 20", "SET GLOBAL binlog_row_image = 'FULL'");
                service.awaitLine("WARN", "changes are lost", "may come in parts");
                load.awaitEqual(service);
                service.awaitLine("all tables were loaded again");
                SlotIT.awaitState(service, "streaming");
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
        }
    }

    @Test
    @Tag("long")
    void anotherReaderWithOurServerId_theOlderOnePauses_andDoesNotFight() throws Exception {
        try (Shop shop = new Shop(new MySqlSource(mysql), TypesenseServer.shared())) {
            shop.withSource("serverId: 771177");
            Load load = Load.on(shop, 22);
            Path file = shop.configFile();
            Path elsewhere = Files.writeString(
                    shop.directory().resolve("elsewhere.yml"),
                    Files.readString(file)
                            .replace(shop.state().toString(), shop.directory() + "/other")
                            .replace("    collection:", "    adopt: true\n    collection:"));
            try (Service first = Service.run(file)) {
                load.awaitEqual(first);
                try (Service second = Service.run(elsewhere)) {
                    first.awaitLine("WARN", "server id", "serverId");
                    shop.sql("INSERT INTO products VALUES (9000, 'continues', 1, NULL)");
                    load.awaitEqual(second);
                    assertThat(second.output()).doesNotContain("has the server id of this service");
                    second.terminate();
                    assertThat(second.awaitEnd().code()).isZero();
                }
                first.terminate();
                assertThat(first.awaitEnd().code()).isZero();
            }
        }
    }
}
