package dev.tidemark.contract;

class PostgresTenantsIT extends TenantsContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
