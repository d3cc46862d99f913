package dev.tidemark.contract;

class MySqlRoutingIT extends RoutingContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    String exactText() {
        return "varchar(200) COLLATE utf8mb4_0900_bin"; // without padding
    }
}
