package dev.tidemark.contract;

/** Tables of Postgres that come to match a pattern. */
class PostgresNewTablesIT extends NewTablesContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    String inEveryNamespace(Shop shop) {
        return "tenant_(\\d+)\\.orders";
    }

    @Override
    String namespace(Shop shop, int number) {
        shop.sql("CREATE SCHEMA tenant_" + number);
        return "tenant_" + number + ".orders";
    }
}
