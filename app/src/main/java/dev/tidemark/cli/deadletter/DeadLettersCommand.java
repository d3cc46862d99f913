package dev.tidemark.cli.deadletter;

import dev.tidemark.deadletter.DamagedDeadLettersException;
import dev.tidemark.deadletter.DeadLetter;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetterText;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.deadletter.LetterJson;
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
        description = "The documents that were refused and why; also alongside a running service.",
        mixinStandardHelpOptions = true)
public final class DeadLettersCommand {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    private static final long ROWS_OF_TABLE = 100;

    private final StateFolder stateFolder;
    private final Positions positions;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Finds the state directory that a configuration names. */
    @FunctionalInterface
    public interface StateFolder {
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
        int run(Path folder) throws IOException;
    }

    public DeadLettersCommand(StateFolder stateFolder, Positions positions) {
        this.stateFolder = stateFolder;
        this.positions = positions;
    }

    @Command(description = "Lists what was refused, oldest first.", mixinStandardHelpOptions = true)
    int list(
            @Mixin ConfigFileOption config,
            @Mixin LetterOptions options,
            @Option(names = "--json", description = "One JSON object per line, documents included.") boolean json,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "At most this many; default 100 for the table, all for --json.")
                    @Nullable
                    Long limit) {
        if (limit != null && limit < 1) {
            return refuse("--limit " + limit + ": give a number of at least 1, or leave it out");
        }
        DeadLetterFilter filter = options.filter(Set.of());
        if (json) {
            return in(config, folder -> printJson(folder, filter, limit == null ? Long.MAX_VALUE : limit));
        }
        return in(config, folder -> printTable(config, folder, filter, limit == null ? ROWS_OF_TABLE : limit));
    }

    @Command(description = "Shows everything of one refused document.", mixinStandardHelpOptions = true)
    int show(
            @Mixin ConfigFileOption config,
            @Option(names = "--collection", required = true, paramLabel = "C", description = "Its collection.")
                    String collection,
            @Parameters(paramLabel = "ID", description = "The document's id; \"\" for rows that yield none.")
                    String id) {
        return in(config, folder -> printOne(config, folder, collection, id));
    }

    private int in(ConfigFileOption config, Task task) {
        Path folder;
        try {
            Path state = stateFolder.of(config.file);
            if (!Files.isDirectory(state)) {
                return refuse(dev.tidemark.state.StateDirectory.missing(state));
            }
            folder = state.resolve(DeadLetters.FOLDER);
        } catch (Exception e) {
            return refuse(String.valueOf(e.getMessage()));
        }
        try {
            return task.run(folder);
        } catch (IOException e) {
            return fail(
                    e instanceof DamagedDeadLettersException
                            ? String.valueOf(e.getMessage())
                            : "The dead letters in " + folder + " cannot be read: " + e);
        } finally {
            out().flush();
        }
    }

    private int printJson(Path folder, DeadLetterFilter filter, long limit) throws IOException {
        DeadLetterReader.read(folder, filter, limit, letter -> out().println(LetterJson.text(letter)));
        return DONE;
    }

    private int printTable(ConfigFileOption config, Path folder, DeadLetterFilter filter, long limit)
            throws IOException {
        List<List<String>> rows = new ArrayList<>();
        LongFunction<String> words = positions.of(config.file);
        long pending =
                DeadLetterReader.read(folder, filter, limit, letter -> rows.add(DeadLetterText.row(letter, words)));
        if (!rows.isEmpty()) {
            DeadLetterText.table(rows).forEach(out()::println);
        }
        String letters = pending == 1 ? "1 dead letter" : pending + " dead letters";
        out().println(rows.size() < pending ? letters + ", the first " + rows.size() + " shown: see --limit" : letters);
        return DONE;
    }

    private int printOne(ConfigFileOption config, Path folder, String collection, String id) throws IOException {
        List<DeadLetter> found = DeadLetterReader.find(folder, collection, id);
        if (found.isEmpty()) {
            return fail("No dead letter of id \"" + id + "\" in collection \"" + collection
                    + "\": `dead-letters list` shows those that there are.");
        }
        LongFunction<String> words = positions.of(config.file);
        found.forEach(letter -> out().println(DeadLetterText.full(letter, words)));
        return DONE;
    }

    private int refuse(String message) {
        print(message);
        return REFUSED;
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
