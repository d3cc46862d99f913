package dev.tidemark.contract;

/** Expressions over MySQL rows. */
class MySqlExpressionIT extends ExpressionContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
