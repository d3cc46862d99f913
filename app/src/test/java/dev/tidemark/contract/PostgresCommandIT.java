package dev.tidemark.contract;

/** The commands beside a Postgres. */
class PostgresCommandIT extends CommandContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
