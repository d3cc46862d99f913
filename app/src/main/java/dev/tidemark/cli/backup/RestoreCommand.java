package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.Manifest;
import dev.tidemark.backup.Restore;
import dev.tidemark.cli.ConfigOption;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.LogOptions;
import dev.tidemark.config.Config;
import dev.tidemark.connector.BackupTime;
import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.typesense.TypesenseSink;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.RestoreChecks;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemark restore}: the position that belongs to a snapshot from which Typesense was restored. */
@Command(
        name = "restore",
        description = {
            "Goes back to the position of a backup. Before it, stop the service, and restore Typesense from the snapshot: stop it,"
                    + " replace its data directory by a copy of the snapshot's directory, start it.",
            "The state directory that was there is kept alongside. The next start sends what changed since the backup."
        })
public final class RestoreCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--from", paramLabel = "PATH", description = "the backup's directory")
    private @Nullable Path from;

    @Option(
            names = "--snapshot",
            description =
                    "do not go back to its position: the next start copies all tables, and deletes documents whose row is"
                            + " gone. For when the database no longer holds the changes since")
    private boolean snapshot;

    @Mixin
    private LogOptions logs = new LogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (from == null && !snapshot) {
            throw new ParameterException(spec.commandLine(), "needed: --from=PATH, or --snapshot");
        }
        logs.configure();
        Config loaded = snapshot ? config.settings() : config.load();
        LogOptions.mask(loaded);
        return BackupFailures.reporting(ExitCode.REJECTED, ". Then run this command again", () -> restore(loaded));
    }

    private int restore(Config loaded) throws BackupException, SinkException, IOException, InterruptedException {
        try (StateDirectory state = StateDirectory.lockForRestore(loaded.state())) {
            if (snapshot || from == null) {
                new Restore(state.path()).toSnapshot();
                System.out.println("the next run of " + loaded.name()
                        + " copies all tables, and deletes documents whose row is gone");
                return ExitCode.DONE;
            }
            return toPosition(loaded, state, BackupDirectory.at(from));
        }
    }

    private static int toPosition(Config config, StateDirectory state, BackupDirectory directory)
            throws BackupException, SinkException, IOException, InterruptedException {
        Manifest manifest = directory.manifest();
        Manifest.Complete complete = directory.complete(manifest);
        Connector connector = Connectors.create(config);
        List<Check> findings = findings(config, manifest, directory, connector);
        findings.forEach(check -> System.err.println(StartupException.line(check)));
        if (findings.stream().anyMatch(Findings::isBad)) {
            System.err.println("nothing was changed");
            return ExitCode.REJECTED;
        }
        Path aside = new Restore(state.path())
                .toPosition(directory, manifest, connector.logRetention(), new BackupTime(Instant.now()));
        System.out.println("restored: the next run of " + config.name() + " continues from " + complete.position());
        System.out.println("The state that was there is in " + aside + ": remove it once everything works.");
        return ExitCode.DONE;
    }

    private static List<Check> findings(
            Config config, Manifest manifest, BackupDirectory directory, Connector connector)
            throws BackupException, SinkException, IOException, InterruptedException {
        List<Check> findings = new ArrayList<>(RestoreChecks.ofPipeline(config, manifest));
        if (!findings.isEmpty()) {
            return findings; // nothing else can be checked of another pipeline's backup
        }
        findings.addAll(RestoreChecks.ofBackup(config, manifest, directory, connector.logRetention()));
        try (Sink sink = new TypesenseSink(config.sink())) {
            sink.settle(); // one that still loads shows a part of its collections as if they were all
            findings.addAll(
                    RestoreChecks.ofCollections(config, directory.complete(manifest), directory, connector, sink));
        }
        return findings;
    }
}
