package dev.tidemark.testkit.mysql;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.ServerCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fresh data directories. Creating one takes six seconds, copying one a tenth: one per version is kept in the cache. */
final class MySqlData {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern VERSION = Pattern.compile("Ver (\\S+)");

    /** Arguments that are fixed when a data directory is created, so that no kept one fits. */
    private static final Set<String> FIXED = Set.of("--lower-case-table-names", "--innodb-page-size");

    private MySqlData() {}

    /** Creates {@code data}, which must not exist; {@code root@localhost} has no password in it. */
    static void create(Path mysqld, Path data, List<String> serverArguments) throws IOException {
        List<String> fixed = serverArguments.stream()
                .filter(argument ->
                        FIXED.contains(argument.replaceFirst("=.*", "").replace('_', '-')))
                .toList();
        if (!fixed.isEmpty()) {
            initialise(mysqld, data, fixed);
            return;
        }
        Path kept = ServerCache.directory("mysql-data-" + version(mysqld), directory -> {
            Path fresh = directory.resolve("data");
            initialise(mysqld, fresh, List.of());
            Files.delete(fresh.resolve("auto.cnf")); // holds the server's UUID, and each has its own
        });
        Directories.copy(kept.resolve("data"), data);
    }

    /** Returns the version, such as "8.0.33". */
    static String version(Path mysqld) {
        Command.Outcome outcome = Command.run(LIMIT, List.of(mysqld.toString(), "--no-defaults", "--version"));
        Matcher matcher = VERSION.matcher(outcome.output());
        if (!outcome.succeeded() || !matcher.find()) {
            throw new IllegalStateException(mysqld + " does not report its version: " + outcome.output());
        }
        return matcher.group(1);
    }

    /** Returns the option that confirms that mysqld is meant to run as root: only needed if we run as root. */
    static List<String> account() {
        String user = System.getProperty("user.name");
        return "root".equals(user) ? List.of("--user=root") : List.of();
    }

    private static void initialise(Path mysqld, Path data, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(mysqld.toString(), "--no-defaults"));
        command.addAll(account());
        command.addAll(List.of("--initialize-insecure", "--datadir=" + data, "--skip-log-bin"));
        command.addAll(arguments);
        Command.Outcome outcome = Command.run(LIMIT, command);
        if (!outcome.succeeded()) {
            throw new IllegalStateException("mysqld --initialize failed: " + outcome.output());
        }
    }
}
