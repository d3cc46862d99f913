package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;

class MySqlLoadOutageIT extends LoadOutageContract {

    MySqlLoadOutageIT() {
        super(new MySqlSource(MySqlServer.start("--performance-schema=ON")));
    }

    /** For sessions that begin after this. */
    @Override
    void impatient(Shop shop) {
        shop.sql("SET GLOBAL net_write_timeout = 5");
    }
}
