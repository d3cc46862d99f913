package dev.tidemark.page;

import dev.tidemark.metrics.PipelineStatus;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The page at {@code /}: static files, and the history that a browser opened just now could not know. Any thread. */
public final class StatusPage implements AutoCloseable {

    /**
     * What a browser may do with the page: nothing from other hosts, no inline scripts, no text turned into HTML (trusted
     * types), no frame around it. Rows hold users' data, and their errors are shown here.
     */
    public static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                    + "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final Logger log = LoggerFactory.getLogger(StatusPage.class);

    /**
     * A file as it is served.
     *
     * @param bytes its content; not to be changed
     */
    public record File(String type, byte[] bytes) {}

    private final Map<String, File> files = PageFiles.load();
    private final History history = new History(System.nanoTime());
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
            history.take(status.get(), Instant.now(), System.nanoTime());
        } catch (RuntimeException e) {
            log.error("a sample for the status page failed", e); // a scheduled task that throws never runs again
        }
    }

    /** Files by path, the page itself at {@code /}. */
    public Map<String, File> files() {
        return files;
    }

    /** The samples of the last half hour. */
    public History.View history() {
        return history.view();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
