package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupDirectory;
import dev.tidemark.backup.BackupException;
import dev.tidemark.backup.BackupText;
import dev.tidemark.backup.Manifest;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.config.Config;
import dev.tidemark.connector.Check;
import dev.tidemark.startup.Connectors;
import dev.tidemark.startup.Findings;
import dev.tidemark.startup.RestoreChecks;
import dev.tidemark.startup.StartupException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark backup show}. */
@Command(
        name = "show",
        description = "Shows a backup, and whether the database still holds what comes after it (else exit code 1).")
final class BackupShowCommand extends BackupDirectoryCommand {

    @Option(names = "--from", required = true, paramLabel = "PATH", description = "the backup's directory")
    private Path from = Path.of(".");

    @Override
    int run(Config config) throws BackupException, IOException {
        BackupDirectory directory = BackupDirectory.at(from);
        Manifest manifest = directory.manifest();
        BackupText.lines(manifest, from).forEach(System.out::println);
        List<Check> findings = RestoreChecks.ofPipeline(config, manifest);
        if (findings.isEmpty()) {
            findings = RestoreChecks.ofBackup(
                    config, manifest, directory, Connectors.create(config).logRetention());
        }
        findings.forEach(check -> System.out.println("now: " + StartupException.line(check)));
        return findings.stream().anyMatch(Findings::isBad) ? ExitCode.FAILED : ExitCode.DONE;
    }
}
