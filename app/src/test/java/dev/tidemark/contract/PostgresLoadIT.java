package dev.tidemark.contract;

class PostgresLoadIT extends LoadContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }
}
