package dev.tidemark.cli.deadletter;

import dev.tidemark.deadletter.DeadLetterFilter;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that select the dead letters of a command. */
public final class FilterOptions {

    @Option(names = "--collection", paramLabel = "C", description = "Only this collection.")
    private @Nullable String collection;

    @Option(names = "--error", paramLabel = "TEXT", description = "Only those whose error contains this.")
    private @Nullable String error;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description =
                    "Only those written then or later: 2026-01-31T17:00:00Z, 2026-01-31 (UTC), or how long ago, such as 10m.")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Only those written before; as --since.")
    private @Nullable Instant until;

    /**
     * Returns the filter that the options describe.
     *
     * @param ids only of these documents; none means any
     */
    DeadLetterFilter filter(Set<String> ids) {
        return new DeadLetterFilter(collection, error, since, until, ids);
    }
}
