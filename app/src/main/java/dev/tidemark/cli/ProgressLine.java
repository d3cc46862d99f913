package dev.tidemark.cli;

import dev.tidemark.health.PipelineStatus;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Progress of the initial load: on a terminal one line that is overwritten each second, else a log line every 10 seconds. */
final class ProgressLine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProgressLine.class);
    private static final int LOG_EVERY_SECONDS = 10;

    private final Supplier<PipelineStatus> status;
    private final boolean terminal;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "progress");
        made.setDaemon(true);
        return made;
    });
    private int seconds;
    private boolean shown;

    private ProgressLine(Supplier<PipelineStatus> status, boolean terminal) {
        this.status = status;
        this.terminal = terminal;
    }

    static ProgressLine start(Supplier<PipelineStatus> status) {
        // The launcher knows: since JDK 22 a JVM has a console even if there is no terminal.
        boolean terminal = Boolean.getBoolean("tidemark.terminal");
        ProgressLine line = new ProgressLine(status, terminal);
        line.thread.scheduleWithFixedDelay(line::show, 1, 1, TimeUnit.SECONDS);
        return line;
    }

    private void show() {
        PipelineStatus.Snapshot snapshot = status.get().snapshot();
        if (snapshot != null) {
            String text = text(snapshot);
            if (terminal) {
                System.err.print("\r" + text + "\033[K");
                shown = true;
            } else if (++seconds % LOG_EVERY_SECONDS == 0) {
                log.info("{}", text);
            }
        } else if (shown) {
            System.err.print("\r\033[K");
            shown = false;
        }
    }

    /** Returns a line such as {@code loaded 120,000 of ~500,000 rows (24%) | 22,400 rows/s | about 17 s left}. */
    static String text(PipelineStatus.Snapshot snapshot) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "loaded %,d", snapshot.rows()));
        if (snapshot.estimatedRows() >= snapshot.rows() && snapshot.estimatedRows() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    " of ~%,d rows (%d%%)",
                    snapshot.estimatedRows(),
                    100 * snapshot.rows() / snapshot.estimatedRows()));
        } else {
            text.append(" rows");
        }
        text.append(String.format(Locale.ROOT, " | %,.0f rows/s", snapshot.rowsPerSecond()));
        if (snapshot.secondsLeft() >= 0) {
            text.append(String.format(Locale.ROOT, " | about %,.0f s left", snapshot.secondsLeft()));
        }
        return text.toString();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
