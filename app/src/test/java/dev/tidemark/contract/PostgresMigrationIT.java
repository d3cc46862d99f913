package dev.tidemark.contract;

/** Everyday migrations of Postgres. */
class PostgresMigrationIT extends MigrationContract {

    @Override
    SourceServer server() {
        return PostgresSource.shared();
    }

    @Override
    String retype(String column, String type, boolean nullable) {
        String using = column + "::" + (column.equals("flag") ? "int::" : "") + type;
        return "ALTER TABLE items ALTER COLUMN " + column + " TYPE " + type + " USING " + using + ", ALTER COLUMN "
                + column + (nullable ? " DROP" : " SET") + " NOT NULL";
    }

    @Override
    String bool() {
        return "boolean";
    }
}
