package dev.tidemark.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Transactions over a table {@code things} that any database understands, the same for the same seed. */
final class RandomStatements {

    private static final int IDS = 25;
    private static final int STATEMENTS = 4;
    /** So long that Postgres stores it apart, and leaves it out of the log while it does not change. */
    private static final int LARGE = 6_000;

    private final Random random;

    RandomStatements(long seed) {
        this.random = new Random(seed);
    }

    /** The table with its first rows. */
    String[] create() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE things (id int PRIMARY KEY, name varchar(50), n bigint, big varchar(8000), price"
                + " decimal(10,2), secret int)");
        for (int id = 0; id < IDS; id += 2) {
            statements.add(insert(id));
        }
        return statements.toArray(String[]::new);
    }

    /** One transaction: inserts, updates of any columns, deletes, keys that change; n may be too large for its field. */
    String[] next() {
        if (random.nextInt(60) == 0) {
            return new String[] {"TRUNCATE TABLE things"};
        }
        String[] statements = new String[1 + random.nextInt(STATEMENTS)];
        for (int i = 0; i < statements.length; i++) {
            statements[i] = statement();
        }
        return statements;
    }

    /** Makes every row fit, so that no dead letter is left. */
    String repair() {
        return "UPDATE things SET n = 1 WHERE n > 2147483647";
    }

    private String statement() {
        int id = random.nextInt(IDS);
        int other = random.nextInt(IDS);
        return switch (random.nextInt(10)) {
            case 0, 1 -> insertWhereMissing(id);
            case 2 -> "DELETE FROM things WHERE id = " + id;
            case 3 -> "DELETE FROM things WHERE id BETWEEN " + id + " AND " + (id + 2);
            case 4 -> move(id, other);
            case 5 -> "UPDATE things SET secret = " + random.nextInt(1000) + " WHERE id >= " + id;
            case 6 -> "UPDATE things SET " + assignments() + " WHERE id >= " + id;
            default -> "UPDATE things SET " + assignments() + " WHERE id = " + id;
        };
    }

    private String insert(int id) {
        return "INSERT INTO things VALUES (" + id + ", " + values() + ")";
    }

    private String insertWhereMissing(int id) {
        return "INSERT INTO things SELECT * FROM (SELECT " + id + " AS id, " + name() + " AS name, " + number()
                + " AS n, "
                + large() + " AS big, " + price() + " AS price, 0 AS secret) AS fresh"
                + " WHERE NOT EXISTS (SELECT 1 FROM (SELECT id FROM things) AS present WHERE present.id = " + id + ")";
    }

    private String move(int id, int other) {
        return "UPDATE things SET id = " + other + ", " + assignments() + " WHERE id = " + id
                + " AND NOT EXISTS (SELECT 1 FROM (SELECT id FROM things) AS present WHERE present.id = " + other + ")";
    }

    private String values() {
        return String.join(", ", name(), number(), large(), price(), "0");
    }

    private String assignments() {
        List<String> assignments = new ArrayList<>();
        List.of("name = " + name(), "n = " + number(), "big = " + large(), "price = " + price(), "secret = 1")
                .forEach(assignment -> {
                    if (random.nextInt(3) == 0) {
                        assignments.add(assignment);
                    }
                });
        return assignments.isEmpty() ? "name = name" : String.join(", ", assignments);
    }

    private String name() {
        return orNull("'name " + random.nextInt(100) + "'", "char(50)");
    }

    private String number() {
        return random.nextInt(12) == 0 ? "3000000000" : orNull(Integer.toString(random.nextInt(1000)), "decimal");
    }

    private String price() {
        return orNull(random.nextInt(1000) + ".25", "decimal(10,2)");
    }

    /** Text that does not shrink by compression. */
    private String large() {
        if (random.nextBoolean()) {
            return orNull("'short'", "char(50)");
        }
        StringBuilder text = new StringBuilder(LARGE);
        while (text.length() < LARGE) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return "'" + text.substring(0, LARGE) + "'";
    }

    /** A NULL of a type: a SELECT of a bare one would be text to Postgres. */
    private String orNull(String value, String type) {
        return random.nextInt(5) == 0 ? "CAST(NULL AS " + type + ")" : value;
    }
}
