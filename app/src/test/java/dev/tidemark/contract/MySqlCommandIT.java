package dev.tidemark.contract;

/** The commands beside a MySQL. */
class MySqlCommandIT extends CommandContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
