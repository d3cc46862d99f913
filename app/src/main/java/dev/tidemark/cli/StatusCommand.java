package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark status}: the status page's first lines in a terminal. */
@Command(
        name = "status",
        description = {
            "Shows what the running service does: its state, what is wrong, lag, queue and collections.",
            "Ends with 0 if it answers; with --wait with 0 once it streams and nothing is wrong, and with 1 if that takes too long."
        })
public final class StatusCommand extends ServiceCommand {

    private static final Duration APART = Duration.ofMillis(500);

    @Option(
            names = "--wait",
            description = "wait until the tables are loaded and nothing is wrong, also for the service itself")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long to wait at most, such as 30s or 5m; default: 10m")
    private Duration timeout = Duration.ofMinutes(10);

    @Override
    AdminClient connect(Config config) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                return AdminClient.connect(config);
            } catch (IOException e) {
                if (!wait || passed(began)) {
                    throw e;
                }
            }
            TimeUnit.NANOSECONDS.sleep(APART.toNanos());
        }
    }

    private boolean passed(long began) {
        return System.nanoTime() - began > timeout.toNanos();
    }

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        long began = System.nanoTime();
        JsonNode status = client.get("/api/status");
        while (wait && !isReady(status) && !passed(began)) {
            TimeUnit.NANOSECONDS.sleep(APART.toNanos());
            try {
                status = client.get("/api/status");
            } catch (IOException e) {
                if (passed(began)) {
                    throw e;
                }
            }
        }
        return status;
    }

    @Override
    int code(JsonNode status) {
        return wait && !isReady(status) ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static boolean isReady(JsonNode status) {
        return status.path("state").asText().equals("streaming")
                && status.path("problems").isEmpty();
    }

    @Override
    String words(Config config, JsonNode status) {
        StringBuilder text = new StringBuilder();
        long rejected = sum(status, "rejected");
        long pending = sum(status, "deadLetters");
        text.append(config.name()).append(": ").append(status.path("state").asText());
        int problems = status.path("problems").size();
        text.append(problems == 0 ? "" : ", " + problems + (problems == 1 ? " problem" : " problems"));
        text.append(pending == 0 ? "" : String.format(Locale.ROOT, ", %,d dead letters", pending));
        status.path("problems").properties().forEach(problem -> problem(problem.getKey(), problem.getValue(), text));
        status.path("approvals")
                .forEach(approval -> line(
                        "approval",
                        approval.path("id").asText() + ": "
                                + approval.path("message").asText() + "; tidemark approve "
                                + approval.path("id").asText(),
                        text));
        JsonNode snapshot = status.path("snapshot");
        if (snapshot.isObject()) {
            line("load", progress(snapshot), text);
        }
        status.path("loads")
                .forEach(table -> line(
                        "load",
                        table.path("table").asText() + " " + table.path("state").asText() + ", "
                                + (table.path("waitsUntil").isTextual()
                                        ? "waits until "
                                                + table.path("waitsUntil").asText() + " UTC (load.hours), "
                                        : "")
                                + progress(table),
                        text));
        line(
                "lag",
                String.format(Locale.ROOT, "%.1f s", status.path("lagSeconds").asDouble()),
                text);
        JsonNode queue = status.path("queue");
        line(
                "queue",
                String.format(
                        Locale.ROOT,
                        "%,d of %,d changes",
                        queue.path("changes").asLong(),
                        queue.path("capacityChanges").asLong()),
                text);
        line("source", status.path("sourceConnected").asBoolean() ? "connected" : "not connected", text);
        line("typesense", status.path("sinkUp").asBoolean() ? "answers" : "does not answer", text);
        line("position", status.path("position").asText("none stored"), text);
        status.path("collections").forEach(collection -> collection(collection, text));
        if (rejected > 0) {
            line("next", "tidemark dead-letters list shows what was rejected, and why", text);
        }
        return text.toString();
    }

    private static void problem(String part, JsonNode problem, StringBuilder text) {
        String hint = problem.path("hint").asText();
        line(
                "problem",
                part.toLowerCase(Locale.ROOT) + ": " + problem.path("message").asText(),
                text);
        if (!hint.isEmpty()) {
            line("", hint, text);
        }
    }

    private static String progress(JsonNode of) {
        long estimated = of.path("estimatedRows").asLong(-1);
        return String.format(Locale.ROOT, "%,d rows", of.path("rows").asLong())
                + (estimated < 0 ? "" : String.format(Locale.ROOT, " of about %,d", estimated));
    }

    private static void collection(JsonNode collection, StringBuilder text) {
        line(
                "collection",
                String.format(
                        Locale.ROOT,
                        "%s: %,d written, %,d deleted, %,d rejected since the start (of %s)",
                        collection.path("name").asText(),
                        collection.path("upserted").asLong()
                                + collection.path("updated").asLong(),
                        collection.path("deleted").asLong(),
                        collection.path("rejected").asLong(),
                        collection.path("table").asText()),
                text);
    }

    private static long sum(JsonNode status, String figure) {
        long sum = 0;
        for (JsonNode collection : status.path("collections")) {
            sum += collection.path(figure).asLong();
        }
        return sum;
    }

    private static void line(String what, String value, StringBuilder text) {
        text.append('\n').append(String.format("  %-10s  ", what)).append(value);
    }
}
