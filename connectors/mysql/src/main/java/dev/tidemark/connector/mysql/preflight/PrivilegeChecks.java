package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import java.util.ArrayList;
import java.util.List;

/** Checks that the user may read the binlog. */
final class PrivilegeChecks {

    private final Grants grants;

    PrivilegeChecks(Grants grants) {
        this.grants = grants;
    }

    Check replication() {
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
}
