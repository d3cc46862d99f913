package dev.tidemark.pipeline;

import dev.tidemark.connector.Check;
import dev.tidemark.connector.Connector;
import dev.tidemark.connector.SourceException;
import dev.tidemark.health.Health;
import dev.tidemark.resync.Doubt;
import dev.tidemark.resync.Resync;
import dev.tidemark.resync.Turn;
import dev.tidemark.state.TableStates;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records changes that the source does not send while an engine runs, and ends the engine for a resync as soon as that can succeed:
 * until an operator has corrected a setting, the other changes are still streamed. One thread.
 */
final class GapWatch implements HealthWatch.Gap {

    private static final String AGAIN = "Nothing has to be done: all tables are loaded again.";

    private final Connector connector;
    private final Resync resync;
    private final TableStates states;
    private final Consumer<SourceException> end;
    /** What only another start ends, once it was found. */
    private Health.@Nullable Condition latched;

    /** @param end ends the engine that runs */
    GapWatch(Connector connector, Resync resync, TableStates states, Consumer<SourceException> end) {
        this.connector = connector;
        this.resync = resync;
        this.states = states;
        this.end = end;
    }

    @Override
    public Health.@Nullable Condition checked(@Nullable Check found) throws IOException {
        if (latched == null && found != null) {
            record(found);
        }
        return latched != null || !resync.isDue()
                ? latched
                : resync(resync.doubt().orElseThrow());
    }

    private void record(Check found) throws IOException {
        if (!resync.found(found.loss(), found.message())) {
            states.invalidate();
            latched = new Health.Condition(found.message(), found.hint());
        }
    }

    private Health.Condition resync(Doubt doubt) throws IOException {
        Turn turn = resync.turn();
        if (turn instanceof Turn.Waiting waiting) {
            return new Health.Condition(
                    waiting.approval().message(),
                    "To load all tables once more, run 'tidemark approve -c FILE "
                            + waiting.approval().id() + "'.");
        }
        if (turn instanceof Turn.Later later) {
            return new Health.Condition(doubt.message(), "All tables are loaded again at " + later.at() + ".");
        }
        for (Check check : connector.preflight(null, true)) {
            if (check.outcome() == Check.Outcome.FAILED || check.outcome() == Check.Outcome.UNREACHABLE) {
                return new Health.Condition(
                        doubt.message(), check.hint() + ". Then all tables are loaded again automatically.");
            }
        }
        // The loss is on disk. The engine may have ended meanwhile, and the resync have begun.
        if (resync.isDue()) {
            end.accept(SourceException.retryable(doubt.message(), AGAIN));
        }
        return new Health.Condition(doubt.message(), AGAIN);
    }
}
