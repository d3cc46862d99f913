package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.SourceServer;
import dev.tidemark.testkit.mysql.MySqlServer;

/** As with GTIDs; the files and places of the binlog alone tell. */
class MySqlPutBackWithoutGtidsIT extends MySqlPutBackIT {

    @Override
    SourceServer start() {
        return new MySqlSource(MySqlServer.startAsProcess("--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"));
    }
}
