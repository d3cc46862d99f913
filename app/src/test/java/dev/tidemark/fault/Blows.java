package dev.tidemark.fault;

import dev.tidemark.contract.Shop;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import java.time.Duration;
import java.util.Random;

/** What is killed while a service works, and comes back. */
record Blows(SourceServer source, TypesenseServer typesense, Random random) {

    @FunctionalInterface
    interface Blow {
        /** Strikes; returns the service that runs then. */
        Service strike(Shop shop, Service service) throws Exception;
    }

    Service killService(Shop shop, Service service) throws Exception {
        service.kill();
        return Service.run(shop.configFile());
    }

    Service killTypesense(Shop shop, Service service) throws Exception {
        typesense.kill();
        service.runFor(someTime(2000));
        typesense.restart();
        return service;
    }

    Service restartDatabase(Shop shop, Service service) throws Exception {
        if (random.nextBoolean()) {
            source.restart();
            return service;
        }
        return crashDatabase(shop, service);
    }

    Service crashDatabase(Shop shop, Service service) throws Exception {
        source.crash();
        service.runFor(someTime(2000));
        source.startAgain();
        return service;
    }

    Duration someTime(int mostMillis) {
        return Duration.ofMillis(200 + random.nextInt(mostMillis));
    }
}
