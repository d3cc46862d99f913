package dev.tidemark;

import dev.tidemark.cli.ApproveCommand;
import dev.tidemark.cli.CheckCommand;
import dev.tidemark.cli.ConfigOption;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.ExtraCommand;
import dev.tidemark.cli.FlushCommand;
import dev.tidemark.cli.InitCommand;
import dev.tidemark.cli.KeysCommand;
import dev.tidemark.cli.LoadCommand;
import dev.tidemark.cli.LogLevelCommand;
import dev.tidemark.cli.NeedsCheckout;
import dev.tidemark.cli.OffsetsCommand;
import dev.tidemark.cli.PauseCommand;
import dev.tidemark.cli.PlanCommand;
import dev.tidemark.cli.ResumeCommand;
import dev.tidemark.cli.RunCommand;
import dev.tidemark.cli.StatusCommand;
import dev.tidemark.cli.TraceCommand;
import dev.tidemark.cli.VerifyCommand;
import dev.tidemark.cli.backup.BackupCommand;
import dev.tidemark.cli.backup.RestoreCommand;
import dev.tidemark.cli.deadletter.DeadLettersCommand;
import dev.tidemark.cli.deadletter.ResolveCommand;
import dev.tidemark.config.ConfigException;
import dev.tidemark.connector.SourceException;
import dev.tidemark.connector.tls.PemException;
import dev.tidemark.metrics.BuildInfo;
import dev.tidemark.pipeline.FatalErrors;
import dev.tidemark.startup.Connectors;
import java.util.Objects;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: which commands there are, and what a failure looks like from outside. */
@Command(
        name = "tidemark",
        description = "Keeps Typesense collections equal to the tables of a database.",
        mixinStandardHelpOptions = true,
        versionProvider = BuildInfo.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InitCommand.class,
            RunCommand.class,
            StatusCommand.class,
            CheckCommand.class,
            PlanCommand.class,
            KeysCommand.class,
            OffsetsCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            FlushCommand.class,
            LoadCommand.class,
            VerifyCommand.class,
            ApproveCommand.class,
            LogLevelCommand.class,
            TraceCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Main {

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler(new FatalErrors());
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Main())
                .addSubcommand(new DeadLettersCommand(
                        file -> ConfigOption.settings(file).state(),
                        file -> Connectors.create(ConfigOption.settings(file))::describePosition))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::failed);
        Objects.requireNonNull(commands.getSubcommands().get("dead-letters"))
                .addSubcommand(new ResolveCommand.Replay())
                .addSubcommand(new ResolveCommand.Discard());
        ServiceLoader.load(ExtraCommand.class).forEach(commands::addSubcommand);
        NeedsCheckout.addMissing(commands, "demo", "bench");
        for (CommandLine command : commands.getSubcommands().values()) {
            withHelp(command);
        }
        return commands;
    }

    private static void withHelp(CommandLine command) {
        if (!command.getCommandSpec().mixinStandardHelpOptions()) {
            command.getCommandSpec().mixinStandardHelpOptions(true);
        }
        command.getSubcommands().values().forEach(Main::withHelp);
    }

    /** No stack trace for an operator's mistake; one for ours. */
    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        if (failure instanceof ConfigException) {
            System.err.println(failure.getMessage());
            return ExitCode.REJECTED;
        }
        if (failure instanceof SourceException away) { // asked for the tables that patterns match
            System.err.println("source: " + away.getMessage() + (away.hint().isEmpty() ? "" : "; " + away.hint()));
            return ExitCode.REJECTED;
        }
        if (failure instanceof PemException) { // a file was fine when the configuration was read
            System.err.println(failure.getMessage());
            return ExitCode.REJECTED;
        }
        if (failure instanceof InterruptedException) {
            return ExitCode.DONE;
        }
        org.slf4j.LoggerFactory.getLogger(Main.class).error("this is a fault of Tidemark, please report it", failure);
        return ExitCode.FAILED;
    }
}
