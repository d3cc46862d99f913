package dev.tidemark.contract;

class MySqlTenantsIT extends TenantsContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
