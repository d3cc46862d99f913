package dev.tidemark.contract;

/** The commands alongside a MySQL. */
class MySqlCommandIT extends CommandContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
