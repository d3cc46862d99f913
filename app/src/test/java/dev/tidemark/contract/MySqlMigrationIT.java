package dev.tidemark.contract;

/** Everyday migrations of MySQL. */
class MySqlMigrationIT extends MigrationContract {

    @Override
    SourceServer server() {
        return MySqlSource.shared();
    }

    @Override
    String retype(String column, String type, boolean nullable) {
        return "ALTER TABLE items MODIFY " + column + " " + type + (nullable ? " NULL" : " NOT NULL");
    }

    @Override
    String bool() {
        return "tinyint(1)";
    }
}
