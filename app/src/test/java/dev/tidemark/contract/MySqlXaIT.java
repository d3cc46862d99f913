package dev.tidemark.contract;

class MySqlXaIT extends XaContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
