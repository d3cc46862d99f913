package dev.tidemark.page;

import dev.tidemark.health.Health;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.metrics.Statuses;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers of the API, for the page to show. */
final class Canned {

    private static final long HALF_HOUR = 1800;

    private Canned() {}

    /** All is well, and the initial copy is half done. */
    static PipelineStatus snapshot() {
        return status("loading", new PipelineStatus.Snapshot(1_250_000, 2_600_000, 18_400, 73), Map.of());
    }

    /** Changes come and go. */
    static PipelineStatus streaming() {
        return status("streaming", null, Map.of());
    }

    /** Tables are read again, one after the other. */
    static PipelineStatus readingAgain() {
        return streaming(
                streaming().collections(),
                List.of(
                        again("public.done", "done", 5, null),
                        again("public.broken", "failed", 5, "no SELECT privilege"),
                        again("public.swept", "sweeping", 5, null),
                        again("public.products", "reading", 600_000, null),
                        again("public.orders", "waiting", 0, null)));
    }

    /** As {@link #readingAgain}, and nothing has gone wrong. */
    static PipelineStatus readingTwo() {
        return streaming(
                streaming().collections(),
                List.of(
                        again("public.products", "reading", 600_000, null),
                        again("public.orders", "waiting", 0, null)));
    }

    private static PipelineStatus.Load again(String table, String state, long rows, @Nullable String problem) {
        String now = Instant.now().toString();
        return new PipelineStatus.Load(
                table, state, "requested", now, false, rows, 1_500_000, 12_000, 75, 0, null, problem, null);
    }

    static PipelineStatus paused() {
        return like("paused")
                .problem(Health.Part.PAUSE, new Health.Condition("paused since 18:00", "'tidemark resume' continues"))
                .build();
    }

    /** As {@link #streaming}, without dead letters. */
    static PipelineStatus quiet() {
        return streaming(
                List.of(new PipelineStatus.Collection("public.products", "products", 5, 4, 3, 2, 0, 9)), List.of());
    }

    /** As {@link #streaming()}, with others of these. */
    private static PipelineStatus streaming(
            List<PipelineStatus.Collection> collections, List<PipelineStatus.Load> loads) {
        return like("streaming").collections(collections).loads(loads).build();
    }

    static PipelineStatus status(
            String state, PipelineStatus.@Nullable Snapshot snapshot, Map<Health.Part, Health.Condition> problems) {
        Statuses status = like(state).snapshot(snapshot);
        problems.forEach(status::problem);
        return problems.isEmpty()
                ? status.build()
                : status.disconnected().sinkDown().build();
    }

    /** A shop with three tables, of which some rows were rejected. */
    static Statuses like(String state) {
        String now = Instant.now().toString();
        return Statuses.status()
                .state(state)
                .position("LSN 0/5A3C8F10, transaction 1048813")
                .lag(0.8)
                .rates(141, 139)
                .queue(1840, 65_536, 3_400_000, 268_435_456)
                .lastFlush(now, 412, 38)
                .log(new PipelineStatus.LogRetention(3_400_000, -1, -1, -1))
                .collections(List.of(
                        new PipelineStatus.Collection(
                                "public.products", "products", 812_004, 45_210, 318, 2, 2, 1_498_204),
                        new PipelineStatus.Collection("public.orders", "orders", 431_118, 9_024, 12, 1, 1, 999_870),
                        new PipelineStatus.Collection("public.customers", "customers", 96_300, 511, 0, 0, 0, 96_300)))
                .tables(List.of(
                        new PipelineStatus.Table("public.products", 857_532, now, 750_000, 1_500_000, false),
                        new PipelineStatus.Table("public.orders", 440_154, now, 500_000, 1_000_000, false),
                        new PipelineStatus.Table("public.customers", 96_811, now, 96_000, -1, true)));
    }

    /** Half an hour with a rush in it, and two minutes in which nothing was measured. */
    static History.View history() {
        long now = Instant.now().getEpochSecond();
        List<History.Sample> samples = new ArrayList<>();
        for (long ago = HALF_HOUR; ago >= 0; ago -= 5) {
            if (ago > 1200 && ago < 1320) {
                continue;
            }
            double rush = Math.exp(-Math.pow((ago - 600) / 90.0, 2));
            double wave = 140 + 40 * Math.sin(ago / 70.0) + 12 * Math.sin(ago * 1.7);
            samples.add(new History.Sample(
                    now - ago,
                    wave + 2700 * rush,
                    wave + 2600 * rush,
                    0.4 + 0.3 * Math.sin(ago / 9.0) + 14 * rush,
                    (int) (200 + wave + 21_000 * rush)));
        }
        return new History.View(5, 360, samples);
    }

    /** What happened last. */
    static Map<String, Object> events() {
        return Map.of(
                "events",
                List.of(
                        Map.of("time", "2026-11-21T18:03:10Z", "level", "INFO", "message", "the source is connected"),
                        Map.of("time", "2026-11-21T18:03:08Z", "level", "INFO", "message", "tidemark 0.1.0 starts")));
    }

    /** A group of dead letters. */
    static Map<String, Object> reason(String collection, String field, String reason, int count) {
        return Map.of(
                "collection",
                collection,
                "table",
                "public." + collection,
                "field",
                field,
                "reason",
                reason,
                "hint",
                "Correct the rows, then replay.",
                "count",
                count,
                "since",
                "2026-11-21T18:03:10Z",
                "example",
                Map.of("id", "4711", "key", "4711", "error", reason, "time", "2026-11-21T18:03:10Z"));
    }

    /** An entry of a row's trace. */
    static Map<String, Object> traced() {
        return Map.of(
                "operation",
                "update",
                "position",
                "LSN 0/2723DF8",
                "committed",
                "2026-11-21T18:03:10Z",
                "outcome",
                "refused",
                "words",
                "rejected",
                "note",
                "Field `price` must be a float.");
    }

    /** The answer of the list of dead letters. */
    static Map<String, Object> deadLetters(List<Map<String, Object>> entries) {
        return Map.of("count", entries.size(), "entries", entries);
    }

    /** An entry of it. */
    static Map<String, Object> deadLetter(String collection, String id, String table, String error) {
        return Map.of(
                "collection",
                collection,
                "id",
                id,
                "table",
                table,
                "key",
                id,
                "operation",
                "upsert",
                "error",
                error,
                "attempts",
                1,
                "position",
                4711,
                "committed",
                "2026-11-21T18:03:10Z",
                "time",
                "2026-11-21T18:03:12Z");
    }
}
