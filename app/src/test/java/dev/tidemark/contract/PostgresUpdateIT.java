package dev.tidemark.contract;

/** What an update writes, from Postgres. */
class PostgresUpdateIT extends UpdateContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
