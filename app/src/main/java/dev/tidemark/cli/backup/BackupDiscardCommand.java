package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.Manifest;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.startup.Connectors;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tidemark backup discard}. */
@Command(
        name = "discard",
        description = "Removes a backup, also a half-made one, and lets the database drop the log that it held.")
final class BackupDiscardCommand extends BackupDirectoryCommand {

    @Option(names = "--from", paramLabel = "PATH", description = "the backup's directory")
    private @Nullable Path from;

    @Option(names = "--slot", paramLabel = "NAME", description = "a slot whose backup is gone, see 'backup list'")
    private @Nullable String slot;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    int run(Config config) throws BackupException, IOException {
        if ((from == null) == (slot == null)) {
            throw new ParameterException(spec.commandLine(), "needed: either --from=PATH or --slot=NAME");
        }
        LogRetention retention = Connectors.create(config).logRetention();
        if (from != null) {
            discard(config, retention, BackupDirectory.at(from));
        } else if (slot != null) {
            retention.release(slot);
            System.out.println("slot " + slot + " is dropped");
        }
        return ExitCode.DONE;
    }

    /** Deletes the backup, the slot first: only its directory records the name of the slot. */
    private static void discard(Config config, LogRetention retention, BackupDirectory directory)
            throws BackupException, IOException {
        Manifest manifest = directory.manifest();
        if (!manifest.pipeline().equals(config.name())) {
            throw new BackupException(
                    directory.path() + " is a backup of pipeline " + manifest.pipeline() + ", not of " + config.name());
        }
        String kept = manifest.kept();
        if (kept != null) {
            retention.release(kept);
        }
        directory.remove();
        System.out.println("discarded: " + directory.path() + (kept == null ? "" : ", slot " + kept));
        Manifest.Complete complete = manifest.complete();
        if (complete != null
                && !complete.typesense()
                        .path()
                        .startsWith(directory.path().toAbsolutePath().normalize() + "/")) {
            System.out.println("Typesense's snapshot is still there: remove "
                    + complete.typesense().path() + " on the machine of "
                    + complete.typesense().node());
        }
    }
}
