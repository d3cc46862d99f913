package dev.tidemark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.backup.Backup;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.BackupFolder;
import dev.tidemark.backup.BackupText;
import dev.tidemark.backup.Manifest;
import dev.tidemark.backup.SnapshotPath;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.PositionKeeper;
import dev.tidemark.connector.SourceException;
import dev.tidemark.offset.OffsetFile;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.ServerSnapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
            "Asks Typesense for a snapshot and keeps the position that belongs to it, beside a running service or a stopped one.",
            "It needs a key that may do everything: that of the environment variable " + AdminKey.VARIABLE
                    + " where it is set, else that of the configuration."
        },
        subcommands = {BackupCommand.ListThem.class, BackupCommand.Show.class, BackupCommand.Discard.class})
final class BackupCommand implements Callable<Integer> {

    private static final int SECONDS = 600;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration, such as tidemark.yml")
    private @Nullable Path file;

    @Option(names = "--to", paramLabel = "PATH", description = "the folder to be made for this backup")
    private @Nullable Path to;

    @Option(
            names = "--typesense-path",
            paramLabel = "PATH",
            description = "where Typesense writes its snapshot, as its own machine names it; default: typesense in the"
                    + " folder of --to")
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

    /** Its options are not marked as required: picocli would ask for them before {@code list} and the others, too. */
    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (file == null || to == null || deadline <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "needed: --config=FILE --to=PATH, and a --deadline of a second or more");
        }
        SnapshotPath snapshot = new SnapshotPath(
                typesensePath == null
                        ? BackupFolder.typesense(to.toAbsolutePath().normalize())
                                .toString()
                        : typesensePath,
                typesensePath == null);
        if (!snapshot.path().startsWith("/")) {
            throw new ParameterException(spec.commandLine(), "--typesense-path must begin with /");
        }
        logs.configure();
        try {
            Config config = ConfigOption.load(file);
            LogOptions.mask(config);
            print(make(config, to, snapshot), to);
            return ExitCode.DONE;
        } catch (SinkException e) {
            System.err.println(AdminKey.line(e));
        } catch (SourceException e) {
            System.err.println(e.getMessage() + "; " + e.hint());
        } catch (BackupException | IOException e) {
            System.err.println(e.getMessage());
        }
        return ExitCode.FAILED;
    }

    private Manifest make(Config config, Path path, SnapshotPath snapshot)
            throws SinkException, BackupException, IOException, InterruptedException {
        Config.Typesense typesense = AdminKey.of(config.sink(), System.getenv());
        return new Backup(config, ConfigOption.connector(config), new ServerSnapshots(typesense), Clock.systemUTC())
                .make(path, snapshot, Duration.ofSeconds(deadline), Version.text());
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

    @Command(name = "list", description = "Lists the backups in a folder, and slots that are kept for others.")
    static final class ListThem implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Option(names = "--in", required = true, paramLabel = "PATH", description = "the folder above the backups")
        private Path in = Path.of(".");

        @Override
        public Integer call() {
            Config loaded = config.settings();
            LogOptions.mask(loaded);
            int code = ExitCode.DONE;
            try {
                Set<String> known = new HashSet<>();
                for (BackupFolder folder : BackupFolder.in(in)) {
                    try {
                        Manifest manifest = folder.manifest();
                        if (manifest.pipeline().equals(loaded.name())) {
                            System.out.println(BackupText.line(manifest, folder.path()));
                            String kept = manifest.kept();
                            known.add(kept == null ? "" : kept);
                        }
                    } catch (BackupException e) {
                        System.err.println(e.getMessage());
                        code = ExitCode.FAILED;
                    }
                }
                for (PositionKeeper.Kept kept :
                        ConfigOption.connector(loaded).positionKeeper().kept()) {
                    System.out.println("slot " + kept.name()
                            + (kept.lost() ? " is lost" : " holds back " + kept.retainedBytes() + " bytes of log")
                            + (known.contains(kept.name())
                                    ? ""
                                    : ", for no backup in " + in + ": 'tidemark backup discard --slot " + kept.name()
                                            + "' drops it"));
                }
                return code;
            } catch (SourceException e) {
                System.err.println(e.getMessage() + "; " + e.hint());
            } catch (IOException e) {
                System.err.println(in + " cannot be read: " + e.getMessage());
            }
            return ExitCode.FAILED;
        }
    }

    @Command(
            name = "show",
            description =
                    "Shows a backup, and whether the database still holds what comes after it (else exit code 1).")
    static final class Show implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Option(names = "--from", required = true, paramLabel = "PATH", description = "the backup's folder")
        private Path from = Path.of(".");

        @Override
        public Integer call() {
            Config loaded = config.settings();
            LogOptions.mask(loaded);
            BackupFolder folder = BackupFolder.at(from);
            try {
                Manifest manifest = folder.manifest();
                BackupText.lines(manifest, from).forEach(System.out::println);
                List<Check> findings = RestoreChecks.ofPipeline(loaded, manifest);
                if (findings.isEmpty()) {
                    findings = RestoreChecks.ofBackup(
                            loaded,
                            manifest,
                            folder,
                            ConfigOption.connector(loaded).positionKeeper());
                }
                findings.forEach(check -> System.out.println("now: " + RefusedException.line(check)));
                return findings.stream().anyMatch(RestoreChecks::isBad) ? ExitCode.FAILED : ExitCode.DONE;
            } catch (SourceException e) {
                System.err.println(e.getMessage() + "; " + e.hint());
            } catch (BackupException | IOException e) {
                System.err.println(e.getMessage());
            }
            return ExitCode.FAILED;
        }
    }

    @Command(
            name = "discard",
            description = "Removes a backup, also a half-made one, and lets the database drop the log that it held.")
    static final class Discard implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Option(names = "--from", paramLabel = "PATH", description = "the backup's folder")
        private @Nullable Path from;

        @Option(names = "--slot", paramLabel = "NAME", description = "a slot whose backup is gone, see 'backup list'")
        private @Nullable String slot;

        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Override
        public Integer call() {
            if ((from == null) == (slot == null)) {
                throw new ParameterException(spec.commandLine(), "needed: either --from=PATH or --slot=NAME");
            }
            Config loaded = config.settings();
            LogOptions.mask(loaded);
            PositionKeeper keeper = ConfigOption.connector(loaded).positionKeeper();
            try {
                if (from != null) {
                    discard(loaded, keeper, BackupFolder.at(from));
                } else if (slot != null) {
                    keeper.release(slot);
                    System.out.println("slot " + slot + " is dropped");
                }
                return ExitCode.DONE;
            } catch (SourceException e) {
                System.err.println(e.getMessage() + "; " + e.hint());
            } catch (BackupException | IOException e) {
                System.err.println(e.getMessage());
            }
            return ExitCode.FAILED;
        }

        /** The slot first: without its folder nobody would remember it. */
        private static void discard(Config config, PositionKeeper keeper, BackupFolder folder)
                throws BackupException, IOException {
            Manifest manifest = folder.manifest();
            if (!manifest.pipeline().equals(config.name())) {
                throw new BackupException(folder.path() + " is a backup of pipeline " + manifest.pipeline()
                        + ", not of " + config.name());
            }
            String kept = manifest.kept();
            if (kept != null) {
                keeper.release(kept);
            }
            folder.remove();
            System.out.println("discarded: " + folder.path() + (kept == null ? "" : ", slot " + kept));
            Manifest.Complete complete = manifest.complete();
            if (complete != null
                    && !complete.typesense()
                            .path()
                            .startsWith(folder.path().toAbsolutePath().normalize() + "/")) {
                System.out.println("Typesense's snapshot is still there: remove "
                        + complete.typesense().path() + " on the machine of "
                        + complete.typesense().node());
            }
        }
    }

    /** The offset that a backup holds. */
    static Map<String, Object> offset(BackupFolder folder) throws BackupException, IOException {
        return OffsetFile.open(folder.state())
                .offset()
                .orElseThrow(() -> new BackupException(folder.path() + " holds no position"));
    }
}
