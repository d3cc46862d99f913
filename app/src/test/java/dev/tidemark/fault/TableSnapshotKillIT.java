package dev.tidemark.fault;

import dev.tidemark.contract.Shop;

class TableSnapshotKillIT extends TableSnapshotKillContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }
}
