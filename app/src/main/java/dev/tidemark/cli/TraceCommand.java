package dev.tidemark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemark.admin.AdminClient;
import dev.tidemark.config.Config;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tidemark trace}. */
@Command(
        name = "trace",
        description = "Shows the outcomes of a row's last changes, as far as the running service remembers them.")
public final class TraceCommand extends ServiceCommand {

    @Option(
            names = "--table",
            required = true,
            paramLabel = "TABLE",
            description = "the table as the configuration has it, such as public.products")
    private String table = "";

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description = "the row's key or its document's id; the values of a composite key are joined with ':'")
    private String key = "";

    @Override
    JsonNode ask(AdminClient client) throws IOException, InterruptedException {
        return client.get("/api/trace?table=" + encoded(table) + "&key=" + encoded(key));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    String words(Config config, JsonNode answer) {
        StringBuilder words = new StringBuilder();
        if (answer.path("more").asBoolean()) {
            words.append("(older ones are left out)\n");
        }
        answer.path("entries").forEach(entry -> words.append(line(entry)).append('\n'));
        if (answer.path("entries").isEmpty()) {
            words.append("nothing is held of row '")
                    .append(key)
                    .append("' of ")
                    .append(table)
                    .append(": it has not changed since then, or no row has this key\n");
        }
        JsonNode again = answer.path("sentAgain");
        if (again.isObject()) {
            words.append("at ")
                    .append(again.path("time").asText())
                    .append(" the connection to the database ended, and ")
                    .append(again.path("changes").asInt())
                    .append(" changes that waited were discarded: the database sends them again\n");
        }
        return words.append("all changes since ")
                .append(answer.path("since").asText())
                .append(" are held")
                .toString();
    }

    private static String line(JsonNode entry) {
        StringBuilder line = new StringBuilder(String.format(
                "%-24s  %-8s  %s",
                entry.path("committed").asText(entry.path("done").asText("-")),
                entry.path("operation").asText(),
                entry.path("collection").asText()));
        if (!entry.path("id").asText("").isEmpty() && entry.path("id").isTextual()) {
            line.append('/').append(entry.path("id").asText());
        }
        line.append("  ").append(entry.path("position").asText(""));
        if (entry.path("cause").isTextual()) {
            line.append("  for ").append(entry.path("cause").asText());
        }
        line.append("\n    ")
                .append(way(entry))
                .append(": ")
                .append(entry.path("words").asText());
        if (entry.path("note").isTextual()) {
            line.append(" (").append(entry.path("note").asText()).append(')');
        }
        return line.toString();
    }

    /** Returns when the change reached each stage, each time counted from the commit at the source. */
    private static String way(JsonNode entry) {
        StringBuilder way = new StringBuilder();
        after(entry, "received", "received", way);
        if (entry.path("batch").isNumber()) {
            after(entry, "taken", "in batch " + entry.path("batch").asLong(), way);
        }
        after(entry, "done", "done", way);
        return way.length() == 0 ? "waiting" : way.toString();
    }

    private static void after(JsonNode entry, String time, String what, StringBuilder way) {
        JsonNode at = entry.path(time);
        if (at.isTextual()) {
            way.append(way.length() == 0 ? "" : ", ").append(what);
            if (entry.path("committed").isTextual()) {
                Instant committed = Instant.parse(entry.path("committed").asText());
                Duration since = Duration.between(committed, Instant.parse(at.asText()));
                way.append(" +").append(seconds(since));
            }
        }
    }

    private static String seconds(Duration duration) {
        return String.format(java.util.Locale.ROOT, "%.3f s", duration.toMillis() / 1000.0);
    }
}
