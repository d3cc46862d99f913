package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import java.io.IOException;

class MySqlLoadBasisIT extends LoadBasisContract {

    MySqlLoadBasisIT() throws IOException {
        super(new MySqlSource(MySqlServer.shared()));
    }

    /** The next one begins at the end of the binlog, after the changes. */
    @Override
    void losePosition(Shop shop) {}
}
