package dev.tidemark.contract;

/** Tables of Postgres are read again. */
class PostgresSnapshotIT extends SnapshotContract {

    @Override
    Shop database() throws Exception {
        return Shop.onSharedServers();
    }

    @Override
    String[] tellRowsBefore(String table) {
        return new String[] {"ALTER TABLE " + table + " REPLICA IDENTITY FULL"};
    }

    @Override
    String lock(String table) {
        return "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE";
    }

    @Override
    String peculiarKey() {
        return "d date, at timestamptz, u uuid, t text, price numeric, PRIMARY KEY (d, at, u, t, price)";
    }

    @Override
    String[] peculiarRows() {
        return new String[] {
            "INSERT INTO odd SELECT date '2000-01-01' + i / 100, timestamptz '2001-02-03 04:05:06.789+02' + i / 10 * interval '1 h',"
                    + " ('00000000-0000-0000-0000-00000000000' || i % 2)::uuid, chr(60 + i % 40), i % 7 + 0.50, 'name'"
                    + " FROM generate_series(1, 400) i",
            "INSERT INTO odd VALUES ('0044-03-15 BC', '-infinity', '00000000-0000-0000-0000-000000000000', '''', 1, 'name'),"
                    + " ('infinity', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', ' ', -1, 'name')"
        };
    }
}
