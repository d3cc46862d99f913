package dev.tidemark.contract;

/** What an update writes, from MySQL. */
class MySqlUpdateIT extends UpdateContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
