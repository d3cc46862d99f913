package dev.tidemark.fault;

import dev.tidemark.contract.PostgresSource;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.postgres.PostgresServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** An old volume of Postgres. */
@Tag("long")
class PostgresPutBackIT extends PutBackContract {

    @Override
    SourceServer start() {
        return new PostgresSource(PostgresServer.startAsProcess(Map.of()));
    }

    private static PostgresServer of(SourceServer server) {
        return ((PostgresSource) server).server();
    }

    @Override
    void stop(SourceServer server) {
        of(server).stop();
    }

    @Override
    void save(SourceServer server, Path copy) {
        of(server).saveData(copy);
    }

    @Override
    void putBack(SourceServer server, Path copy) {
        of(server).putBackData(copy);
    }
}
