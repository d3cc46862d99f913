package dev.tidemark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.identity.SourceHistory;
import dev.tidemark.identity.TableIdentities;
import dev.tidemark.startup.Connectors;
import dev.tidemark.state.OffsetFile;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.state.TableStates;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark offsets}: shows the stored offset in human-readable form, and clears it. */
@Command(
        name = "offsets",
        description = "Shows or clears the stored position.",
        subcommands = {OffsetsCommand.Show.class, OffsetsCommand.Clear.class})
public final class OffsetsCommand {

    private OffsetsCommand() {}

    /** Returns the absolute path: a relative path depends on the directory in which the command was started. */
    private static Path directory(Config config) {
        return config.state().toAbsolutePath().normalize();
    }

    @Command(name = "show", description = "Prints the stored position in words.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Option(names = "--json", description = "print the stored offset as JSON")
        private boolean json;

        @Override
        public Integer call() throws JsonProcessingException {
            Config loaded = config.settings();
            Optional<Map<String, Object>> offset;
            try {
                offset = OffsetFile.open(loaded.state()).offset();
            } catch (IOException e) {
                System.err.println(e.getMessage());
                return ExitCode.FAILED;
            }
            if (json) {
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("pipeline", loaded.name());
                answer.put("offset", offset.orElse(null));
                System.out.println(new ObjectMapper().writeValueAsString(answer));
            } else {
                System.out.println(loaded.name() + ": "
                        + offset.map(Connectors.create(loaded)::describeOffset)
                                .orElse("no position is stored in " + directory(loaded)
                                        + ": the next run loads all tables"));
            }
            return ExitCode.DONE;
        }
    }

    @Command(name = "clear", description = "Forgets the stored position: the next run loads all tables.")
    static final class Clear implements Callable<Integer> {

        @Mixin
        private ConfigOption config = new ConfigOption();

        @Option(names = "--yes", description = "do not ask")
        private boolean yes;

        @Override
        public Integer call() {
            Config loaded = config.settings();
            if (!Files.isDirectory(loaded.state())) {
                // If it were created here and reported as cleared, the offset of a service that runs elsewhere would
                // remain.
                System.err.println("nothing was cleared: " + StateDirectory.missing(loaded.state()));
                return ExitCode.REJECTED;
            }
            try (StateDirectory directory = StateDirectory.lock(loaded.state())) {
                if (!yes && !confirmed(loaded)) {
                    System.err.println("nothing was cleared");
                    return ExitCode.REJECTED;
                }
                clear(directory);
                System.out.println("cleared: the next run of " + loaded.name() + " with " + directory(loaded)
                        + " loads all tables");
                return ExitCode.DONE;
            } catch (IOException e) {
                System.err.println(e.getMessage());
                return ExitCode.REJECTED;
            }
        }

        private static void clear(StateDirectory directory) throws IOException {
            OffsetFile.remove(directory.path());
            TableStates.remove(directory.path());
            TableIdentities.remove(directory.path());
            SourceHistory.forget(Approvals.open(directory.path()), directory.path());
        }

        private static boolean confirmed(Config config) throws IOException {
            System.err.print("The next run of " + config.name() + " will load all tables. Clear its position? [y/N] ");
            System.err.flush();
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            String answer = in.readLine();
            return answer != null && answer.strip().equalsIgnoreCase("y");
        }
    }
}
