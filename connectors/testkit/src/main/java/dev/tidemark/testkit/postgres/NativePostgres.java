package dev.tidemark.testkit.postgres;

import dev.tidemark.testkit.Command;
import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.NativeProcess;
import dev.tidemark.testkit.PostgresAccount;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Postgres as a child process, its data in a temporary directory. */
final class NativePostgres implements ServerHome {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final PostgresAccount account = PostgresAccount.choose();
    private final Path home = Directories.temporary("tidemark-postgres");
    private final String password;
    private final Map<String, String> settings;
    private @Nullable Path binaries;

    NativePostgres(String password, Map<String, String> settings) {
        this.password = password;
        this.settings = settings;
    }

    @Override
    public ServerProcess start(int port) {
        Path found = binaries == null ? initialise() : binaries;
        List<String> command =
                List.of(found.resolve("bin/postgres").toString(), "-D", data().toString(), "-p", "" + port);
        // QUIT, not KILL: the server takes its shared memory and its children with it.
        return NativeProcess.start("Postgres", account.prefix(), "QUIT", command, home.resolve("postgres.log"));
    }

    private Path initialise() {
        try {
            Path found = account == PostgresAccount.NOBODY
                    ? PostgresBinaries.findOrUnpack(home.resolve("binaries"))
                    : PostgresBinaries.find();
            makeData(found);
            binaries = found;
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare Postgres", e);
        }
    }

    private void makeData(Path found) throws IOException {
        Path passwordFile = Files.writeString(home.resolve("password"), password);
        account.giveDirectory(passwordFile);
        account.giveDirectory(home);
        List<String> command = new ArrayList<>(account.prefix());
        command.addAll(List.of(
                found.resolve("bin/initdb").toString(),
                "--pgdata=" + data(),
                "--username=" + PostgresServer.USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions"));
        Command.Outcome outcome = Command.run(LIMIT, command);
        if (!outcome.succeeded()) {
            throw new IllegalStateException("initdb failed: " + outcome.output());
        }
        Files.writeString(data().resolve("postgresql.conf"), configuration(), StandardOpenOption.APPEND);
    }

    private String configuration() {
        Map<String, String> all =
                new LinkedHashMap<>(Map.of("listen_addresses", "127.0.0.1", "unix_socket_directories", ""));
        all.putAll(settings);
        StringBuilder lines = new StringBuilder("\n");
        all.forEach((key, value) -> lines.append(key)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        return lines.toString();
    }

    private Path data() {
        return home.resolve("data");
    }

    @Override
    public Path dataDirectory() {
        return data();
    }

    @Override
    public boolean isPortTaken(IllegalStateException failure) {
        return String.valueOf(failure.getMessage()).contains("could not bind");
    }

    @Override
    public void delete() {
        Directories.delete(home);
    }
}
