package dev.tidemark.testkit.mysql;

import dev.tidemark.testkit.Directories;
import dev.tidemark.testkit.NativeProcess;
import dev.tidemark.testkit.ServerHome;
import dev.tidemark.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MySQL as a child process, its data in a temporary directory. */
final class NativeMySql implements ServerHome {

    private static final List<String> PLACE = List.of(
            "--bind-address=127.0.0.1",
            "--socket=mysql.sock", // below the data directory, whose own path may be too long for a socket
            "--pid-file=mysql.pid");

    private final Path home = Directories.temporary("tidemark-mysql");
    private final String password;
    private final List<String> defaults;
    private final List<String> arguments;
    private @Nullable Path mysqld;

    /** @param arguments win over the defaults */
    NativeMySql(String password, List<String> defaults, List<String> arguments) {
        this.password = password;
        this.defaults = defaults;
        this.arguments = arguments;
    }

    @Override
    public ServerProcess start(int port) {
        Path binary = mysqld == null ? initialise() : mysqld;
        List<String> command = new ArrayList<>(List.of(binary.toString(), "--no-defaults"));
        command.addAll(MySqlData.account());
        command.addAll(PLACE);
        command.addAll(defaults);
        command.addAll(List.of("--datadir=" + data(), "--port=" + port));
        if (Files.exists(accounts())) {
            command.add("--init-file=" + accounts());
        }
        command.addAll(arguments);
        return NativeProcess.start("MySQL", List.of(), "KILL", command, home.resolve("mysql.log"));
    }

    private Path initialise() {
        try {
            Path found = MySqlBinary.find();
            MySqlData.create(found, data(), arguments);
            Files.writeString(accounts(), """
                    SET SESSION sql_log_bin = 0;
                    ALTER USER 'root'@'localhost' IDENTIFIED BY '%1$s';
                    CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '%1$s';
                    GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
                    """.formatted(password));
            mysqld = found;
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare MySQL", e);
        }
    }

    private Path data() {
        return home.resolve("data");
    }

    /** Returns the file with the SQL of the first start, which gives the user its password; none of it enters the binlog. */
    private Path accounts() {
        return home.resolve("accounts.sql");
    }

    @Override
    public void answered() {
        Directories.delete(accounts());
    }

    @Override
    public Path dataDirectory() {
        return data();
    }

    @Override
    public boolean isPortTaken(IllegalStateException failure) {
        return String.valueOf(failure.getMessage()).contains("Bind on TCP/IP port");
    }

    @Override
    public void delete() {
        Directories.delete(home);
    }
}
