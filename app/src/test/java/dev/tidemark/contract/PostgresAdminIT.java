package dev.tidemark.contract;

/** The API on Postgres. */
class PostgresAdminIT extends AdminContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    void divideUnseen(Shop shop) {
        shop.sql("ALTER TABLE counts ALTER COLUMN n TYPE bigint USING n / 1000");
    }
}
