package dev.tidemark.cli.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.backup.Backup;
import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.BackupText;
import dev.tidemark.backup.Manifest;
import dev.tidemark.backup.SnapshotPath;
import dev.tidemark.cli.AdminKey;
import dev.tidemark.cli.ConfigOption;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.LogOptions;
import dev.tidemark.config.Config;
import dev.tidemark.metrics.BuildInfo;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ServerSnapshots;
import dev.tidemark.startup.Connectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemark backup}: a snapshot of Typesense with the position that belongs to it, and what becomes of it. */
@Command(
        name = "backup",
        description = {
            "Asks Typesense for a snapshot and keeps the position that belongs to it, alongside a running service or a stopped one.",
            "It needs a key that may do everything: that of the environment variable " + AdminKey.VARIABLE
                    + " where it is set, else that of the configuration."
        },
        subcommands = {BackupListCommand.class, BackupShowCommand.class, BackupDiscardCommand.class})
public final class BackupCommand implements Callable<Integer> {

    private static final int SECONDS = 600;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration, such as tidemark.yml")
    private @Nullable Path file;

    @Option(names = "--to", paramLabel = "PATH", description = "the directory to create for this backup")
    private @Nullable Path to;

    @Option(
            names = "--typesense-path",
            paramLabel = "PATH",
            description = "where Typesense writes its snapshot, as its own machine names it; default: typesense in the"
                    + " directory of --to")
    private @Nullable String typesensePath;

    @Option(
            names = "--deadline",
            paramLabel = "SECONDS",
            description = "how long Typesense may take; default: ${DEFAULT-VALUE}")
    private int deadline = SECONDS;

    @Option(names = "--json", description = "print the manifest as JSON")
    private boolean json;

    @Mixin
    private LogOptions logs = new LogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /**
     * Creates the backup. Its options are not marked as required: picocli would then require them for {@code list} and the other
     * subcommands, too.
     */
    @Override
    public Integer call() throws InterruptedException {
        if (file == null || to == null || deadline <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "needed: --config=FILE --to=PATH, and a --deadline of a second or more");
        }
        SnapshotPath snapshot = new SnapshotPath(
                typesensePath == null
                        ? BackupDirectory.typesense(to.toAbsolutePath().normalize())
                                .toString()
                        : typesensePath,
                typesensePath == null);
        if (!snapshot.path().startsWith("/")) {
            throw new ParameterException(spec.commandLine(), "--typesense-path must begin with /");
        }
        Path configuration = file;
        Path directory = to;
        logs.configure();
        return BackupFailures.reporting(ExitCode.FAILED, "", () -> {
            Config config = ConfigOption.load(configuration);
            LogOptions.mask(config);
            print(make(config, directory, snapshot), directory);
            return ExitCode.DONE;
        });
    }

    private Manifest make(Config config, Path path, SnapshotPath snapshot)
            throws SinkException, BackupException, IOException, InterruptedException {
        Config.Typesense typesense = AdminKey.of(config.sink(), System.getenv());
        return new Backup(config, Connectors.create(config), new ServerSnapshots(typesense), Clock.systemUTC())
                .make(path, snapshot, Duration.ofSeconds(deadline), BuildInfo.text());
    }

    private void print(Manifest made, Path path) throws JsonProcessingException {
        if (json) {
            System.out.println(
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(made));
            return;
        }
        BackupText.lines(made, path).forEach(System.out::println);
        if (made.kept() != null) {
            System.out.println("The database keeps its log from here on until 'tidemark backup discard --from " + path
                    + "': watch tidemark_backup_retained_bytes and its disk.");
        }
    }
}
