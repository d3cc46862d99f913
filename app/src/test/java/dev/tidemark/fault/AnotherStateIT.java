package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A pipeline that is started with another state directory than before: a question, and no slot is dropped. */
class AnotherStateIT {

    @Test
    void slotWithoutItsState_isAQuestion_untilNew() throws Exception {
        try (Shop shop = Shop.onSharedServers()) {
            Load load = Load.on(shop, 3);
            String first = shop.configFile().toString();
            Path elsewhere = Files.createDirectories(shop.directory().resolve("elsewhere"));
            Path copied = elsewhere.resolve("tidemark.yml");
            Files.writeString(copied, Files.readString(Path.of(first)).replaceFirst("(?m)^state: .*$", "state: mine"));
            String other = copied.toString();
            try (Service service = Service.run(Path.of(first))) {
                load.awaitEqual(service);
                SlotIT.awaitReader(shop); // between the load and the stream nobody uses the slot
                Service.Ended beside = Service.command("check", "-c", first);
                assertThat(beside.output()).containsPattern("in use by process [0-9]+ \\(user .*, since 20.*Z\\)");
                assertThat(beside.code()).isZero();
                Service.Ended check = Service.command("check", "-c", other);
                assertThat(check.output())
                        .contains("was never used", elsewhere.resolve("mine").toString(), "run --new")
                        .containsPattern(
                                "in use by process [0-9]+ \\(user .* from .*, since 20.*Z\\)|in use by process");
                assertThat(check.code()).isEqualTo(2);
                service.terminate();
                assertThat(service.awaitEnd().code()).isZero();
            }
            Service.Ended rejected = Service.command("run", "-c", other);
            assertThat(rejected.output())
                    .contains("slot " + shop.slot() + " exists", "was never used", "run --new")
                    .doesNotContain("dropping");
            assertThat(rejected.code()).isEqualTo(2);

            shop.sql("INSERT INTO products VALUES (777777, 'later', 1, NULL)");
            try (Service home = Service.run(Path.of(first))) {
                load.awaitEqual(home);
                home.terminate();
                assertThat(home.awaitEnd().code()).as("its slot was left alone").isZero();
            }
            Service.Ended notNew = Service.command("run", "--new", "-c", first);
            assertThat(notNew.output()).contains("holds a position", "offsets clear");
            assertThat(notNew.code()).isEqualTo(2);

            Files.writeString(
                    copied, Files.readString(copied).replaceAll("(?m)^(    collection: .*)$", "$1\n    adopt: true"));
            try (Service begun = Service.main("dev.tidemark.Main", "run", "--new", "-c", other)) {
                begun.awaitLine("dropping the left-over slot");
                load.awaitEqual(begun);
                begun.kill();
            }
            shop.sql("INSERT INTO products VALUES (777778, 'after the kill', 1, NULL)");
            try (Service again = Service.run(copied)) {
                load.awaitEqual(again);
                again.terminate();
                assertThat(again.awaitEnd().code()).isZero();
            }
        }
    }
}
