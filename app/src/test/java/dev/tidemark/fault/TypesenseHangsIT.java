package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.postgres.PostgresServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Typesense takes connections and answers nothing: memory stays bounded, health tells, nothing is lost (invariant 3). */
@Tag("long")
class TypesenseHangsIT {

    private static final Duration HANG = Duration.ofSeconds(Integer.getInteger("tidemark.fault.hang", 20));
    private static final int BOUND = 5000;

    @Test
    void hang_fillsTheQueueToItsBoundAndHeals() throws Exception {
        try (TypesenseServer typesense = TypesenseServer.start();
                Shop shop = new Shop(PostgresServer.shared(), typesense)) {
            Load load = Load.on(shop, 1);
            shop.with("queue: {changes: " + BOUND + "}");
            try (Service service =
                    Service.main(StatusMain.class.getName(), shop.configFile().toString())) {
                load.awaitEqual(service);
                service.awaitLine("QUEUE 0 ready");
                load.start();
                typesense.pause();
                shop.sql(
                        "INSERT INTO products SELECT i, 'p', 1, repeat('z', 3000) FROM generate_series(100000, 140000) i");
                service.runFor(HANG);
                service.awaitLine("QUEUE " + BOUND + " unready");
                List<String> seen = queueLines(service);
                assertThat(seen)
                        .allSatisfy(line -> assertThat(Integer.parseInt(line.replaceAll("\\D", "")))
                                .isLessThanOrEqualTo(BOUND));
                assertThat(seen.get(seen.size() - 1)).startsWith("QUEUE " + BOUND + " unready");
                typesense.resume();
                load.stop();
                load.awaitEqual(service);
                service.awaitLine("QUEUE 0 ready");
                assertThat(service.output()).doesNotContain("OutOfMemoryError");
            }
        }
    }

    private static List<String> queueLines(Service service) {
        String output = service.output();
        return output.substring(0, output.lastIndexOf('\n')) // the last line may not be there in full
                .lines()
                .filter(line -> line.startsWith("QUEUE "))
                .toList();
    }
}
