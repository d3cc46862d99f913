package dev.tidemark.contract;

class PostgresVerifyIT extends VerifyContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
