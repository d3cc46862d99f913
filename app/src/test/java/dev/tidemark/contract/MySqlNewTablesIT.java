package dev.tidemark.contract;

import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;

/** Tables of MySQL that come to match a pattern. */
class MySqlNewTablesIT extends NewTablesContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    String inEveryNamespace(Shop shop) {
        return shop.name() + "_(\\d+)\\.orders";
    }

    @Override
    String namespace(Shop shop, int number) {
        shop.source().createDatabase(shop.name() + "_" + number);
        return shop.name() + "_" + number + ".orders";
    }
}
