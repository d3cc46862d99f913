package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.admin.VerifyApi;
import dev.tidemark.config.Config;
import dev.tidemark.connector.SourceException;
import dev.tidemark.pipeline.stopped.OfflineVerify;
import dev.tidemark.sink.SinkException;
import dev.tidemark.startup.StartupException;
import dev.tidemark.state.PauseMark;
import dev.tidemark.state.StateDirectory;
import dev.tidemark.verify.UnknownException;
import dev.tidemark.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tidemark verify}: over the API of a running service, else in this process. */
@Command(
        name = "verify",
        description = {
            "Compares all documents with the rows that they come from, by value, while changes continue, or while the service is"
                    + " stopped. With --repair it writes or deletes what differs.",
            "It ends with 0 if all are equal, with 1 if some are not or were not, and with 2 if that is not known."
        })
public final class VerifyCommand implements Callable<Integer> {

    private static final long LOOK_MILLIS = 500;
    private static final int SHOWN = 50;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private LogOptions logs = new LogOptions();

    @Option(names = "--table", paramLabel = "SCHEMA.TABLE", description = "only the documents of this table's rows")
    private @Nullable String table;

    @Option(names = "--collection", paramLabel = "NAME", description = "only this collection")
    private @Nullable String collection;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "compare about N documents, others each time; both sides are read in full all the same")
    private long sample;

    @Option(names = "--repair", description = "write or delete what differs; deletes stay within the limit of 'guard'")
    private boolean repair;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        logs.configure();
        Config loaded = config.settings();
        LogOptions.mask(loaded);
        if (sample < 0) {
            System.err.println("--sample is a number of documents: give 1 or more, or leave it out");
            return ExitCode.REJECTED;
        }
        if (!Files.isDirectory(loaded.state())) {
            System.err.println(StateDirectory.missing(loaded.state()));
            return ExitCode.REJECTED;
        }
        try {
            Optional<StateDirectory> stopped = StateDirectory.tryLock(loaded.state());
            if (stopped.isEmpty()) {
                return report(loaded, ask(AdminClient.connect(loaded)));
            }
            try (StateDirectory directory = stopped.get()) {
                if (repair && new PauseMark(directory.path()).since().isPresent()) {
                    System.err.println(
                            "the pipeline is paused, so nothing is written: start it and 'tidemark resume' it first, or leave"
                                    + " --repair out");
                    return ExitCode.REJECTED;
                }
                VerifyRequest request = new VerifyRequest(table, collection, sample, repair);
                return report(loaded, VerifyApi.json(new OfflineVerify(config.load(), directory.path()).run(request)));
            }
        } catch (UnknownException e) {
            System.err.println(e.getMessage() + "; " + e.hint());
        } catch (SinkException e) {
            System.err.println(e.getMessage() + (e.hint().isEmpty() ? "" : "; " + e.hint()));
        } catch (SourceException e) {
            System.err.println(e.getMessage() + (e.hint().isEmpty() ? "" : "; " + e.hint()));
        } catch (IOException | StartupException e) {
            System.err.println(e.getMessage());
        }
        return ExitCode.REJECTED;
    }

    private JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        ObjectNode body = ServiceCommand.body().put("sample", sample).put("repair", repair);
        if (table != null) {
            body.put("table", table);
        }
        if (collection != null) {
            body.put("collection", collection);
        }
        JsonNode report = client.post("/api/verify", body);
        while (report.path("state").asText().equals("running")) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            report = client.get("/api/verify");
        }
        if (report.path("state").asText().equals("none")) {
            throw new IOException("the service was restarted before the verification had ended: verify again");
        }
        return report;
    }

    private int report(Config loaded, JsonNode report) {
        boolean failed = !report.path("state").asText().equals("done");
        if (json) {
            System.out.println(report);
        } else if (!failed) {
            System.out.println(words(loaded, report));
        }
        if (failed) {
            System.err.println("the verification has not ended: "
                    + report.path("error").asText() + "; " + report.path("hint").asText());
            return ExitCode.REJECTED;
        }
        return report.path("equal").asBoolean() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String words(Config loaded, JsonNode report) {
        StringBuilder text = new StringBuilder(loaded.name())
                .append(": ")
                .append(report.path("checked").asLong())
                .append(" documents compared: ")
                .append(
                        report.path("equal").asBoolean()
                                ? "they are equal to their rows"
                                : report.path("missing").asLong() + " missing, "
                                        + report.path("extra").asLong() + " without a row, "
                                        + report.path("different").asLong() + " different");
        append(text, report, "repaired", "repaired");
        append(text, report, "held", "held back: 'tidemark approve' shows them");
        append(text, report, "busy", "written each time that they were compared");
        append(text, report, "deadLetters", "with a pending dead letter: 'tidemark dead-letters list' shows why");
        append(text, report, "invalid", "whose row cannot be a document");
        append(text, report, "unmappedFields", "fields that no mapping writes, not compared");
        int shown = 0;
        for (JsonNode finding : report.path("findings")) {
            if (shown++ == SHOWN) {
                text.append("\n  ... (--json shows more)");
                break;
            }
            text.append("\n  ").append(finding.path("kind").asText()).append(' ');
            text.append(finding.path("collection").asText())
                    .append('/')
                    .append(finding.path("id").asText());
            if (!finding.path("fields").isEmpty()) {
                text.append(' ').append(finding.path("fields"));
            }
            text.append(finding.path("repaired").asBoolean() ? " (repaired)" : "");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, JsonNode report, String name, String words) {
        long count = report.path(name).asLong();
        if (count > 0) {
            text.append("; ").append(count).append(' ').append(words);
        }
    }
}
