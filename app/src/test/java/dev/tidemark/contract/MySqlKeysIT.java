package dev.tidemark.contract;

import java.util.List;

class MySqlKeysIT extends KeysContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    String shift() {
        return "UPDATE slots SET id = id + 1 ORDER BY id DESC";
    }

    @Override
    List<String> otherKey() {
        return List.of("ALTER TABLE items DROP PRIMARY KEY, ADD PRIMARY KEY (code)");
    }

    @Override
    List<String> keyTakenAndGivenBack() {
        return List.of("ALTER TABLE items DROP PRIMARY KEY", "ALTER TABLE items ADD PRIMARY KEY (no)");
    }
}
