package dev.tidemark.fault;

import dev.tidemark.contract.MySqlSource;
import dev.tidemark.contract.Shop;
import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;
import org.junit.jupiter.api.Tag;

@Tag("long")
class MySqlWideRowsIT extends WideRowsContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    /** The log has the full rows: the one that is too large is not changed. */
    @Override
    void changeTooLarge(Shop shop, WideRows rows, Service service) {
        shop.sql("UPDATE pages SET kind = kind + 10 WHERE id <> 1002");
        rows.await("pages", "kind:=14", service, 1);
        rows.await("pages", "kind:=12", service, 2);
    }
}
