package dev.tidemark.connector.mysql;

import dev.tidemark.connector.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the user may read the binlog, and hold the tables still for the moment a snapshot begins. */
final class PrivilegeChecks {

    private static final String LOCKING = "snapshot.locking.mode";

    private final Grants grants;
    private final Map<String, String> debezium;

    PrivilegeChecks(Grants grants, Map<String, String> debezium) {
        this.grants = grants;
        this.debezium = debezium;
    }

    /** @param snapshotDue whether the service begins with a snapshot */
    List<Check> run(boolean snapshotDue) {
        return List.of(replication(), snapshot(snapshotDue));
    }

    private Check replication() {
        String subject = "replication privileges";
        List<String> missing = new ArrayList<>();
        if (!grants.any("REPLICATION SLAVE")) {
            missing.add("REPLICATION SLAVE");
        }
        if (!mayLookAtBinlog(grants)) {
            missing.add("REPLICATION CLIENT");
        }
        return missing.isEmpty()
                ? Check.ok(subject, grants.account() + " may read the binlog")
                : Check.refused(
                        subject,
                        grants.account() + " lacks " + String.join(" and ", missing),
                        "GRANT " + String.join(", ", missing) + " ON *.* TO " + grants.account());
    }

    static boolean mayLookAtBinlog(Grants grants) {
        return grants.any("REPLICATION CLIENT", "SUPER");
    }

    private Check snapshot(boolean due) {
        String subject = "snapshot privileges";
        if ("none".equalsIgnoreCase(debezium.get(LOCKING))) {
            String message = "no lock is taken (" + LOCKING + ": none)";
            return due
                    ? Check.warning(subject, message, "let nobody change a table's columns while the snapshot runs")
                    : Check.ok(subject, message);
        }
        if (grants.any("RELOAD", "FLUSH_TABLES")) {
            return Check.ok(subject, grants.account() + " may lock the tables for the beginning of a snapshot");
        }
        String message = grants.account() + " may not lock the tables for the beginning of a snapshot";
        String hint =
                "GRANT RELOAD ON *.* TO " + grants.account() + " (where the host of the server forbids a global lock,"
                        + " as on RDS, LOCK TABLES too); or set debezium: {" + LOCKING
                        + ": none} and let nobody change a table's"
                        + " columns while a snapshot runs";
        return due ? Check.refused(subject, message, hint) : Check.warning(subject, message, hint);
    }
}
