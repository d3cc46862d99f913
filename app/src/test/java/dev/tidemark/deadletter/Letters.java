package dev.tidemark.deadletter;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Dead letters to test with. */
public final class Letters {

    public static final Instant COMMITTED = Instant.parse("2026-01-02T03:04:05.678Z");
    public static final Instant TIME = Instant.parse("2026-01-02T03:04:09Z");

    private Letters() {}

    public static DeadLetter of(String collection, String id, long position) {
        return of(collection, id, position, "{\"id\":\"" + id + "\"}");
    }

    public static DeadLetter of(String collection, String id, long position, String document) {
        return new DeadLetter(
                collection,
                id,
                "public.products",
                "id=" + id,
                "upsert",
                document,
                "Field `price` must be a float.",
                1,
                position,
                COMMITTED,
                TIME);
    }

    static DeadLetter withoutId(String key, long position, String document) {
        return new DeadLetter(
                "products", "", "public.products", key, "upsert", document, "no id", 1, position, COMMITTED, TIME);
    }

    static DeadLetter withoutId(String collection, String table, String key, long position) {
        return new DeadLetter(collection, "", table, key, "upsert", "{}", "no id", 1, position, COMMITTED, TIME);
    }

    static List<DeadLetter> read(Path directory) throws Exception {
        Stream.Builder<DeadLetter> deadLetters = Stream.builder();
        DeadLetterReader.read(directory, DeadLetterFilter.ALL, Long.MAX_VALUE, deadLetters);
        return deadLetters.build().toList();
    }

    static List<String> ids(Path directory) throws Exception {
        return read(directory).stream().map(DeadLetter::id).toList();
    }
}
