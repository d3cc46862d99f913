package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.mysql.engine.EngineProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks that the user may read the binlog, and lock the tables if a load does so. */
final class PrivilegeChecks {

    private static final String LOCKING = "snapshot.locking.mode";

    private final Grants grants;
    private final Map<String, String> debezium;
    private final String locking;

    /** @param locking how a load is locked if the configuration does not say */
    PrivilegeChecks(Grants grants, Map<String, String> debezium, String locking) {
        this.locking = locking;
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
                : Check.failed(
                        subject,
                        grants.account() + " lacks " + String.join(" and ", missing),
                        "GRANT " + String.join(", ", missing) + " ON *.* TO " + grants.account());
    }

    static boolean mayLookAtBinlog(Grants grants) {
        return grants.any("REPLICATION CLIENT", "SUPER");
    }

    private Check snapshot(boolean due) {
        String subject = "snapshot privileges";
        String mode = debezium.getOrDefault(LOCKING, locking);
        if (mode.equalsIgnoreCase(EngineProperties.NO_LOCK)) {
            return Check.ok(subject, "no lock is taken");
        }
        if (grants.any("RELOAD", "FLUSH_TABLES")) {
            return Check.ok(subject, grants.account() + " may lock the tables for the beginning of a snapshot");
        }
        String message = grants.account() + " is not permitted to lock the tables for the beginning of a snapshot";
        String without = locking.equals(EngineProperties.NO_LOCK)
                ? "remove " + LOCKING + " from 'debezium', which needs no lock"
                : "set gtid_mode = ON, with which none is needed";
        String hint = without + "; or GRANT RELOAD ON *.* TO "
                + grants.account()
                + " (where the host of the server forbids a global lock, as on RDS, LOCK TABLES too)";
        return due ? Check.failed(subject, message, hint) : Check.warning(subject, message, hint);
    }
}
