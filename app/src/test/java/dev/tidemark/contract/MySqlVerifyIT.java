package dev.tidemark.contract;

class MySqlVerifyIT extends VerifyContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }
}
