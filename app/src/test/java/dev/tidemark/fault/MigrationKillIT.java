package dev.tidemark.fault;

import dev.tidemark.contract.Shop;

/** On Postgres. */
class MigrationKillIT extends MigrationKillContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    String retype(String type) {
        return "ALTER TABLE items ALTER COLUMN v TYPE " + type + " USING v::" + type;
    }
}
