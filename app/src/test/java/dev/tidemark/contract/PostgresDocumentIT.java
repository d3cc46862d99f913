package dev.tidemark.contract;

/** Documents of Postgres rows. */
class PostgresDocumentIT extends DocumentContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
