package dev.tidemark.contract;

/** Expressions over Postgres rows. */
class PostgresExpressionIT extends ExpressionContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }
}
