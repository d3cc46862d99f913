package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;

class MySqlLoadBasisIT extends LoadBasisContract {

    MySqlLoadBasisIT() {
        super(new MySqlSource(MySqlServer.shared()));
    }

    /** The next one begins at the end of the binlog, after the changes. */
    @Override
    void losePosition(Shop shop) {}
}
