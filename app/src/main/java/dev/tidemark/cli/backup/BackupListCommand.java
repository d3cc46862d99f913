package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.BackupText;
import dev.tidemark.backup.Manifest;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.LogRetention;
import dev.tidemark.startup.Connectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark backup list}. */
@Command(name = "list", description = "Lists the backups in a directory, and slots that are kept for others.")
final class BackupListCommand extends BackupDirectoryCommand {

    @Option(names = "--in", required = true, paramLabel = "PATH", description = "the directory above the backups")
    private Path in = Path.of(".");

    @Override
    int run(Config config) throws IOException {
        int code = ExitCode.DONE;
        Set<String> known = new HashSet<>();
        for (BackupDirectory directory : directories()) {
            try {
                Manifest manifest = directory.manifest();
                if (manifest.pipeline().equals(config.name())) {
                    System.out.println(BackupText.line(manifest, directory.path()));
                    String kept = manifest.kept();
                    known.add(kept == null ? "" : kept);
                }
            } catch (BackupException e) {
                System.err.println(e.getMessage());
                code = ExitCode.FAILED;
            }
        }
        for (LogRetention.Pin kept : Connectors.create(config).logRetention().pins()) {
            System.out.println("slot " + kept.name()
                    + (kept.lost() ? " is lost" : " holds back " + kept.retainedBytes() + " bytes of log")
                    + (known.contains(kept.name())
                            ? ""
                            : ", for no backup in " + in + ": 'tidemark backup discard --slot " + kept.name()
                                    + "' drops it"));
        }
        return code;
    }

    private List<BackupDirectory> directories() throws IOException {
        try {
            return BackupDirectory.in(in);
        } catch (IOException e) {
            throw new IOException(in + " cannot be read: " + e.getMessage(), e);
        }
    }
}
