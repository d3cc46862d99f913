package dev.tidemark.contract;

import dev.tidemark.testkit.mysql.MySqlServer;
import dev.tidemark.testkit.typesense.TypesenseServer;

/** Tables of MySQL are read again. */
class MySqlSnapshotIT extends SnapshotContract {

    @Override
    Shop database() throws Exception {
        return new Shop(new MySqlSource(MySqlServer.shared()), TypesenseServer.shared());
    }

    @Override
    String[] tellRowsBefore(String table) {
        return new String[0];
    }

    @Override
    String lock(String table) {
        return "LOCK TABLES " + table + " WRITE";
    }

    @Override
    String peculiarKey() {
        return "e enum('z', 'a', 'm'), d date, at datetime(6), b varbinary(4), v varchar(9), PRIMARY KEY (e, d, at, b, v)";
    }

    @Override
    String[] peculiarRows() {
        return new String[] {
            "INSERT INTO odd SELECT 1 + i % 3, date '2000-01-01' + interval (i div 100) day,"
                    + " timestamp '2001-02-03 04:05:06.789' + interval (i div 10) hour, unhex(lpad(hex(i % 5), 2, '0')),"
                    + " concat(char(65 + i % 26 using utf8mb4), '''%:'), 'name' FROM "
                    + new MySqlSource(MySqlServer.shared()).numbers(400)
        };
    }
}
