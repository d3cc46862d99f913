package dev.tidemark.fault;

import dev.tidemark.contract.Shop;

/** On Postgres. */
class NewTableKillIT extends NewTableKillContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }
}
