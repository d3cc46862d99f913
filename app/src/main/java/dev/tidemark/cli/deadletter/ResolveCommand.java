package dev.tidemark.cli.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.admin.DeadLetterJob.Action;
import dev.tidemark.cli.ConfigOption;
import dev.tidemark.cli.ExitCode;
import dev.tidemark.cli.LogOptions;
import dev.tidemark.cli.ServiceCommand;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceException;
import dev.tidemark.deadletter.DeadLetterFilter;
import dev.tidemark.deadletter.DeadLetterReader;
import dev.tidemark.deadletter.DeadLetters;
import dev.tidemark.pipeline.stopped.OfflineReplay;
import dev.tidemark.sink.SinkException;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.StateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tidemark dead-letters replay} and {@code discard}: on a running service over its API, on a stopped one in this
 * process. The lock of the state directory determines which it is.
 */
public abstract class ResolveCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 200;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private FilterOptions options = new FilterOptions();

    @Option(names = "--all", description = "All of them; required if nothing else selects entries.")
    private boolean all;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "ID", description = "Only of documents with these ids.")
    private List<String> ids = List.of();

    @Mixin
    private LogOptions logs = new LogOptions();

    private final Action action;

    ResolveCommand(Action action) {
        this.action = action;
    }

    @Command(name = "replay", description = "Reads their rows again and writes what is there now, or deletes.")
    public static final class Replay extends ResolveCommand {
        public Replay() {
            super(Action.REPLAY);
        }

        @Override
        boolean isWanted(long count) {
            return true;
        }
    }

    @Command(name = "discard", description = "Removes the entries: their documents stay as they are.")
    public static final class Discard extends ResolveCommand {

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        public Discard() {
            super(Action.DISCARD);
        }

        @Override
        boolean isWanted(long count) throws IOException {
            if (yes) {
                return true;
            }
            System.err.print("Discard " + count + " dead letters? They will no longer be listed. [y/N] ");
            System.err.flush();
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null && answer.strip().equalsIgnoreCase("y");
        }
    }

    /** Returns whether the operator confirms the action on this number of dead letters. */
    abstract boolean isWanted(long count) throws IOException;

    @Override
    public Integer call() throws InterruptedException {
        logs.configure();
        Config loaded = config.settings();
        LogOptions.mask(loaded);
        DeadLetterFilter filter = options.filter(Set.copyOf(ids));
        if (filter.isEmpty() != all) {
            System.err.println(
                    all
                            ? "--all is given alongside what says which are meant: leave out one"
                            : "which dead letters? give ids, --collection, --error, --since or --until, or --all");
            return ExitCode.REJECTED;
        }
        if (!Files.isDirectory(loaded.state())) {
            System.err.println(StateDirectory.missing(loaded.state()));
            return ExitCode.REJECTED;
        }
        try {
            return run(loaded, filter);
        } catch (IOException | SinkException | SourceException e) {
            System.err.println(e.getMessage());
            return ExitCode.FAILED;
        } catch (StartupException e) {
            System.err.println(e.getMessage());
            return ExitCode.REJECTED;
        }
    }

    private int run(Config loaded, DeadLetterFilter filter)
            throws IOException, InterruptedException, SinkException, StartupException {
        long count = DeadLetterReader.read(loaded.state().resolve(DeadLetters.DIRECTORY), filter, 0, deadLetter -> {});
        if (count == 0) {
            return report(ServiceCommand.body().put("selected", 0));
        }
        if (!isWanted(count)) {
            System.err.println("nothing was done");
            return ExitCode.REJECTED;
        }
        Optional<StateDirectory> stopped = StateDirectory.tryLock(loaded.state());
        if (stopped.isEmpty()) {
            return report(ask(AdminClient.connect(loaded), filter));
        }
        try (StateDirectory directory = stopped.get()) {
            if (action == Action.REPLAY
                    && new PauseMark(directory.path()).since().isPresent()) {
                throw new IOException(
                        "the pipeline is paused, so nothing is written: start it and 'tidemark resume' it first");
            }
            return report(new OfflineReplay(config.load(), directory.path()).run(action, filter));
        }
    }

    private JsonNode ask(AdminClient client, DeadLetterFilter filter) throws IOException, InterruptedException {
        JsonNode progress = client.post("/api/dead-letters/" + action.name().toLowerCase(Locale.ROOT), body(filter));
        while (progress.path("running").asBoolean()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            progress = client.get("/api/dead-letters/job");
        }
        return progress;
    }

    private static ObjectNode body(DeadLetterFilter filter) {
        ObjectNode body = ServiceCommand.body();
        if (filter.isEmpty()) {
            return body.put("all", true);
        }
        if (filter.collection() != null) {
            body.put("collection", filter.collection());
        }
        if (filter.error() != null) {
            body.put("error", filter.error());
        }
        if (filter.since() != null) {
            body.put("since", String.valueOf(filter.since()));
        }
        if (filter.until() != null) {
            body.put("until", String.valueOf(filter.until()));
        }
        if (!filter.ids().isEmpty()) {
            ArrayNode list = body.putArray("ids");
            filter.ids().forEach(list::add);
        }
        return body;
    }

    private int report(JsonNode progress) {
        long rejected = progress.path("refused").asLong();
        long unknown = progress.path("unknown").asLong();
        String error = progress.path("error").asText("");
        boolean failed = progress.path("error").isTextual();
        if (json) {
            System.out.println(progress);
        } else {
            System.out.println(progress.path("selected").asLong() + " dead letters: "
                    + progress.path("settled").asLong()
                    + (action == Action.REPLAY ? " resolved" : " discarded")
                    + (rejected > 0 ? ", " + rejected + " rejected again: 'dead-letters list' shows why" : "")
                    + (unknown > 0
                            ? ", " + unknown
                                    + " that do not identify their row: correct it at the source and discard them"
                            : ""));
        }
        if (failed) {
            System.err.println("ended early: " + error);
        }
        return failed || rejected > 0 || unknown > 0 ? ExitCode.FAILED : ExitCode.DONE;
    }
}
