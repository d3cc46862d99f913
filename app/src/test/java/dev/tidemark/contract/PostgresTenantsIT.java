package dev.tidemark.contract;

class PostgresTenantsIT extends TenantsContract {

    @Override
    Shop open() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    String[] tellRowsBefore(String table) {
        return new String[] {"ALTER TABLE " + table + " REPLICA IDENTITY FULL"};
    }
}
