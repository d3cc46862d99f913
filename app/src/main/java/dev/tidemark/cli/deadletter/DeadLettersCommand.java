package dev.tidemark.cli.deadletter;

import dev.tidemark.deadletter.DamagedDeadLettersException;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterJson;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetterText;
import dev.tidemark.deadletter.DeadLetters;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Shows the dead letters of a pipeline, also while it runs. Further subcommands change them. Exit codes: 0 done, 1 unreadable
 * entries or unknown id, 2 invalid configuration or arguments.
 */
@Command(
        name = "dead-letters",
        description = "The documents that were rejected, and why; also alongside a running service.",
        mixinStandardHelpOptions = true)
public final class DeadLettersCommand {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int REJECTED = 2;

    private static final long ROWS_OF_TABLE = 100;

    private final StateLocation stateDirectory;
    private final Positions positions;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Finds the state directory that a configuration names. */
    @FunctionalInterface
    public interface StateLocation {
        /**
         * Loads the configuration.
         *
         * @param config the configuration file
         * @throws Exception if it is invalid; the message is shown as it is
         */
        Path of(Path config) throws Exception;
    }

    /** Formats positions in the same way as all other commands. */
    @FunctionalInterface
    public interface Positions {
        /** Returns a function that describes a position in the log of the configured database in human-readable form. */
        LongFunction<String> of(Path config);
    }

    /** Work that remains once the directory is known. */
    @FunctionalInterface
    private interface Task {
        int run(Path directory) throws IOException;
    }

    public DeadLettersCommand(StateLocation stateDirectory, Positions positions) {
        this.stateDirectory = stateDirectory;
        this.positions = positions;
    }

    @Command(description = "Lists what was rejected, oldest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ConfigFileOption config,
            @Mixin FilterOptions options,
            @Option(names = "--json", description = "One JSON object per line, documents included.") boolean json,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "At most this many; default 100 for the table, all for --json.")
                    @Nullable
                    Long limit) {
        if (limit != null && limit < 1) {
            return reject("--limit " + limit + ": give a number of at least 1, or leave it out");
        }
        DeadLetterFilter filter = options.filter(Set.of());
        if (json) {
            return in(config, directory -> printJson(directory, filter, limit == null ? Long.MAX_VALUE : limit));
        }
        return in(config, directory -> printTable(config, directory, filter, limit == null ? ROWS_OF_TABLE : limit));
    }

    @Command(description = "Shows everything of one rejected document.", mixinStandardHelpOptions = true)
    int show(
            @Mixin ConfigFileOption config,
            @Option(names = "--collection", required = true, paramLabel = "C", description = "Its collection.")
                    String collection,
            @Parameters(paramLabel = "ID", description = "The document's id; \"\" for rows that yield none.")
                    String id) {
        return in(config, directory -> printOne(config, directory, collection, id));
    }

    private int in(ConfigFileOption config, Task task) {
        Path directory;
        try {
            Path state = stateDirectory.of(config.file);
            if (!Files.isDirectory(state)) {
                return reject(dev.tidemark.state.StateDirectory.missing(state));
            }
            directory = state.resolve(DeadLetters.DIRECTORY);
        } catch (Exception e) {
            return reject(String.valueOf(e.getMessage()));
        }
        try {
            return task.run(directory);
        } catch (IOException e) {
            return fail(
                    e instanceof DamagedDeadLettersException
                            ? String.valueOf(e.getMessage())
                            : "The dead letters in " + directory + " cannot be read: " + e);
        } finally {
            out().flush();
        }
    }

    private int printJson(Path directory, DeadLetterFilter filter, long limit) throws IOException {
        DeadLetterReader.read(directory, filter, limit, deadLetter -> out().println(DeadLetterJson.text(deadLetter)));
        return DONE;
    }

    private int printTable(ConfigFileOption config, Path directory, DeadLetterFilter filter, long limit)
            throws IOException {
        List<List<String>> rows = new ArrayList<>();
        LongFunction<String> words = positions.of(config.file);
        long pending = DeadLetterReader.read(
                directory, filter, limit, deadLetter -> rows.add(DeadLetterText.row(deadLetter, words)));
        if (!rows.isEmpty()) {
            DeadLetterText.table(rows).forEach(out()::println);
        }
        String deadLetters = pending == 1 ? "1 dead letter" : pending + " dead letters";
        out().println(
                        rows.size() < pending
                                ? deadLetters + ", the first " + rows.size() + " shown: see --limit"
                                : deadLetters);
        return DONE;
    }

    private int printOne(ConfigFileOption config, Path directory, String collection, String id) throws IOException {
        List<DeadLetter> found = DeadLetterReader.find(directory, collection, id);
        if (found.isEmpty()) {
            return fail("No dead letter of id \"" + id + "\" in collection \"" + collection
                    + "\": `dead-letters list` shows the existing ones.");
        }
        LongFunction<String> words = positions.of(config.file);
        found.forEach(deadLetter -> out().println(DeadLetterText.full(deadLetter, words)));
        return DONE;
    }

    private int reject(String message) {
        print(message);
        return REJECTED;
    }

    private int fail(String message) {
        print(message);
        return FAILED;
    }

    private void print(String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(message);
        err.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
