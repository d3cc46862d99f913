package dev.tidemark.connector.mysql.preflight;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.mysql.connection.Provider;
import dev.tidemark.connector.mysql.connection.Retention;
import dev.tidemark.connector.mysql.connection.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks that the server is a known one, writes full rows to its binlog and keeps them. */
final class ServerChecks {

    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+)\\.");
    private static final Duration SHORT = Duration.ofDays(1);

    /** Max number of rows that are read for a few of the server's variables. */
    private static final long LEAST_ROWS = 10_000;

    private final Variables variables;
    private final Provider provider;

    ServerChecks(Variables variables) {
        this.variables = variables;
        this.provider = variables.provider();
    }

    List<Check> run() {
        List<Check> checks = new ArrayList<>();
        checks.add(version());
        if (provider != Provider.NONE) {
            checks.add(Check.ok("provider", provider.label()));
        }
        checks.addAll(binlog());
        checks.add(retention());
        visibility().ifPresent(checks::add);
        checks.addAll(limits());
        return checks;
    }

    private Check version() {
        String version = variables.get("version", "unknown");
        if (version.contains("MariaDB")) {
            return Check.failed("version", version + " is not MySQL", "use MySQL 8.0 or 8.4");
        }
        Matcher release = RELEASE.matcher(version);
        int number =
                release.lookingAt() ? Integer.parseInt(release.group(1)) * 100 + Integer.parseInt(release.group(2)) : 0;
        if (number == 800 || number == 804) {
            return Check.ok("version", "MySQL " + version);
        }
        return number > 800
                ? Check.warning("version", "MySQL " + version + " is none that was tried", "use MySQL 8.0 or 8.4")
                : Check.failed("version", "MySQL " + version + " is too old", "upgrade to MySQL 8.0 or 8.4");
    }

    /** Checks the settings that every change needs to reach the binlog in full. They may be changed while the server runs. */
    List<Check> binlog() {
        return List.of(
                variables.is("log_bin", "ON", "OFF")
                        ? Check.ok("log_bin", "on, gtid_mode " + variables.get("gtid_mode", "OFF"))
                        : Check.failed("log_bin", "the server writes no binlog", provider.binlogHint()),
                mustBe("binlog_format", "ROW", "ROW", "only rows contain what a change did"),
                mustBe("binlog_row_image", "FULL", "FULL", "else columns that did not change are left out"),
                valueOptions());
    }

    private Check mustBe(String name, String value, String otherwise, String why) {
        String found = variables.get(name, otherwise);
        return found.equalsIgnoreCase(value)
                ? Check.ok(name, found)
                : Check.failed(
                        name,
                        name + " is " + found,
                        provider.setHint(name, value) + ", and let clients connect again: " + why);
    }

    private Check valueOptions() {
        String name = "binlog_row_value_options";
        String found = variables.get(name, "");
        return found.isEmpty()
                ? Check.ok(name, "none")
                : Check.failed(
                        name,
                        name + " is " + found,
                        provider.setHint(name, "''")
                                + ", and let clients connect again: it leaves parts of JSON values out");
    }

    /**
     * Checks limits that every session of ours sets again, except the one in which the engine queries how the binlog is written
     * before it reads it.
     */
    List<Check> limits() {
        List<Check> checks = new ArrayList<>();
        if (variables.isBelow("max_join_size", LEAST_ROWS)) {
            checks.add(limit("max_join_size", "18446744073709551615"));
        }
        if (variables.isBelow("sql_select_limit", 1)) {
            checks.add(limit("sql_select_limit", "18446744073709551615"));
        }
        return checks;
    }

    private Check limit(String name, String value) {
        return Check.failed(
                name,
                name + " is " + variables.get(name, "")
                        + ": the session that reads the binlog cannot query the server's variables",
                provider.setHint(name, value));
    }

    /**
     * Warns of semi-synchronous replication without GTIDs: it keeps commits invisible that are in the binlog, and only GTIDs show
     * for how long ({@code Gtid}).
     */
    Optional<Check> visibility() {
        if (!variables.hidesCommits()) {
            return Optional.empty();
        }
        return Optional.of(Check.warning(
                "visibility",
                "semi-synchronous replication is on and gtid_mode is " + variables.get("gtid_mode", "OFF")
                        + ": documents may be read before a change that they are read for is visible, and stay old; an initial load begins"
                        + " only at a moment at which no commit waits for a replica",
                "set gtid_mode = ON, with enforce_gtid_consistency = ON"));
    }

    private Check retention() {
        String subject = "binlog retention";
        Retention retention = variables.retention();
        if (retention instanceof Retention.Unlimited) {
            return Check.ok(subject, "files are never removed by themselves");
        }
        if (retention instanceof Retention.Kept kept) {
            String text = Variables.text(kept.duration());
            return kept.duration().compareTo(SHORT) >= 0
                    ? Check.ok(subject, text)
                    : Check.warning(
                            subject,
                            "the server keeps its binlog for " + text
                                    + ": after a longer stop all tables have to be reloaded",
                            provider.retentionHint());
        }
        return retention instanceof Retention.AsNeeded
                ? Check.warning(
                        subject,
                        "the server removes its binlog as soon as nothing reads it: after any stop all tables may have to be reloaded",
                        provider.retentionHint())
                : Check.warning(
                        subject,
                        "how long " + provider.label()
                                + " keeps the binlog is not known, since mysql.rds_configuration is not readable; by default it is"
                                + " removed as soon as possible",
                        provider.retentionHint()
                                + "; and GRANT SELECT ON mysql.rds_configuration TO the user, so that this is checked");
    }
}
