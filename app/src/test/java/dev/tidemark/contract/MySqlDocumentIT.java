package dev.tidemark.contract;

/** Documents of MySQL rows. */
class MySqlDocumentIT extends DocumentContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
