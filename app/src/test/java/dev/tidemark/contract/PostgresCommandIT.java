package dev.tidemark.contract;

/** The commands alongside a Postgres. */
class PostgresCommandIT extends CommandContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
