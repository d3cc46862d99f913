package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** An old volume of MySQL, with GTIDs: they continue being numbered from where the copy had been. */
@Tag("long")
class MySqlPutBackIT extends PutBackContract {

    @Override
    SourceServer start() {
        return new MySqlSource(MySqlServer.startAsProcess());
    }

    private static MySqlServer of(SourceServer server) {
        return ((MySqlSource) server).server();
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
