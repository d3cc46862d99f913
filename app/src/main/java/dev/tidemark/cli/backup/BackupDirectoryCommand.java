package dev.tidemark.cli.backup;

import dev.tidemark.backup.BackupException;
import dev.tidemark.cli.ConfigOption;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.LogOptions;
import dev.tidemark.config.Config;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** Base of the commands that manage existing backups; none of them needs the tables of patterns. */
abstract class BackupDirectoryCommand implements Callable<Integer> {

    @Mixin
    private ConfigOption config = new ConfigOption();

    /** Does what the command is for; returns its exit code. */
    abstract int run(Config config) throws BackupException, IOException;

    @Override
    public final Integer call() throws InterruptedException {
        Config loaded = config.settings();
        LogOptions.mask(loaded);
        return BackupFailures.reporting(ExitCode.FAILED, "", () -> run(loaded));
    }
}
