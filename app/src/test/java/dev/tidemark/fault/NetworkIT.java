package dev.tidemark.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.contract.Proxy;
import dev.tidemark.contract.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The servers are well, and what lies between is not. */
class NetworkIT {

    @Test
    void toPostgres_cutAndStalled() throws Exception {
        try (Shop shop = Shop.onSharedServers();
                Proxy proxy = new Proxy(shop.source().port())) {
            Load load = Load.on(shop, 11);
            Path config = through(shop, "port: " + shop.source().port(), "port: " + proxy.port());
            try (Service service = Service.run(config)) {
                load.awaitEqual(service);
                load.start();
                proxy.set(Proxy.Mode.CUT);
                service.awaitLine("WARN", "cannot be reached");
                service.runFor(Duration.ofSeconds(1));
                proxy.set(Proxy.Mode.PASS);
                service.runFor(Duration.ofSeconds(3));
                proxy.set(Proxy.Mode.STALL);
                service.runFor(Duration.ofSeconds(8));
                proxy.set(Proxy.Mode.PASS);
                load.stop();
                load.awaitEqual(service);
            }
        }
    }

    @Test
    @Tag("long")
    void toTypesense_cutStalledAndTruncated() throws Exception {
        try (Shop shop = Shop.onSharedServers();
                Proxy proxy = new Proxy(shop.typesense().port())) {
            Load load = Load.on(shop, 12);
            Path config = through(shop, shop.typesense().uri().toString(), "http://127.0.0.1:" + proxy.port());
            try (Service service = Service.run(config)) {
                load.awaitEqual(service);
                load.start();
                for (Proxy.Mode mode : new Proxy.Mode[] {Proxy.Mode.TRUNCATE, Proxy.Mode.CUT, Proxy.Mode.STALL}) {
                    proxy.set(mode);
                    service.runFor(Duration.ofSeconds(4));
                    proxy.set(Proxy.Mode.PASS);
                    service.runFor(Duration.ofSeconds(1));
                }
                load.stop();
                load.awaitEqual(service);
                assertThat(service.output()).contains("trying again");
            }
        }
    }

    private static Path through(Shop shop, String address, String other) throws java.io.IOException {
        return Files.writeString(
                shop.directory().resolve("proxy.yml"),
                Files.readString(shop.configFile()).replace(address, other));
    }
}
