package dev.tidemark.page;

import dev.tidemark.health.PipelineStatus;
import dev.tidemark.http.Access;
import dev.tidemark.http.Answer;
import dev.tidemark.http.Route;
import dev.tidemark.logging.RecentEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page at {@code /}: static files, and the history that a browser opened just now could not know. Any thread. */
public final class StatusPage implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(StatusPage.class);

    private final Map<String, Answer> files = PageFiles.load();
    private final History history = new History();
    private final RecentEvents events = RecentEvents.start();
    private final Supplier<PipelineStatus> status;
    private final ScheduledExecutorService clock;

    private StatusPage(String name, Supplier<PipelineStatus> status) {
        this.status = status;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name + "-history");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Loads the files and takes samples of the status from now on. */
    public static StatusPage start(String pipeline, Supplier<PipelineStatus> status) {
        StatusPage page = new StatusPage(pipeline, status);
        long every = History.INTERVAL.toSeconds();
        page.clock.scheduleAtFixedRate(page::sample, every, every, TimeUnit.SECONDS);
        return page;
    }

    private void sample() {
        try {
            history.take(status.get(), Instant.now());
        } catch (RuntimeException e) {
            log.error("a sample for the status page failed", e); // a scheduled task that throws never runs again
        }
    }

    /**
     * Returns the routes of the files, with the page itself at {@code /}, of {@code /api/history}, and of {@code /api/events},
     * whose texts may quote rows.
     */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(Route.get("/api/history", Access.OPEN, request -> Answer.json(200, history.view())));
        routes.add(Route.get(
                "/api/events", Access.PRIVATE, request -> Answer.json(200, Map.of("events", events.newestFirst()))));
        files.forEach((path, file) -> routes.add(Route.get(path, Access.OPEN, request -> file)));
        return routes;
    }

    @Override
    public void close() {
        clock.shutdownNow();
        events.close();
    }
}
