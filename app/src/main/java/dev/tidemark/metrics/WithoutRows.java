package dev.tidemark.metrics;

import dev.tidemark.health.Health.Condition;
import dev.tidemark.health.Health.Problem;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.health.PipelineStatus.Approval;
import dev.tidemark.health.PipelineStatus.Doubt;
import dev.tidemark.health.PipelineStatus.TableSnapshot;
import dev.tidemark.health.Resyncing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Health and status for clients that must not see rows. Texts of databases and of Typesense quote values, and approvals name documents: both are
 * left out. Figures, states and names of tables and collections stay.
 */
public final class WithoutRows {

    /** The status page recognizes a withheld text by its end. */
    private static final String WITHHELD = "its text may quote rows, so it needs the token";

    private static final String HINT =
            "send http.token to read it (set one if there is none), or read the log of the service";

    private WithoutRows() {}

    /** Returns what is shown of an unhealthy part: its times, and that there is a text. */
    public static Problem problem(String part, Problem of) {
        return new Problem(part.replace('_', ' ') + " has a problem; " + WITHHELD, HINT, of.since(), of.nextTry());
    }

    /** Returns one notice for all, none if there are none. */
    public static List<Condition> notices(List<Condition> all) {
        return all.isEmpty()
                ? all
                : List.of(new Condition(
                        "decisions of an operator are pending; their texts may quote rows, so they need the token",
                        "send http.token to read them, or run 'tidemark approve --list'"));
    }

    /** Returns the status with each component that may quote rows replaced. A new component is decided on here. */
    public static PipelineStatus status(PipelineStatus of) {
        Map<String, Problem> problems = new LinkedHashMap<>();
        of.problems().forEach((part, found) -> problems.put(part, problem(part, found)));
        return new PipelineStatus(
                of.pipeline(),
                of.run(),
                of.state(),
                of.position(),
                of.lagSeconds(),
                of.queue(),
                of.lastFlush(),
                of.collections(),
                of.tables(),
                of.snapshot(),
                problems,
                of.sourceConnected(),
                of.sinkUp(),
                of.loads().stream().map(load -> load.withholding(WITHHELD)).toList(),
                of.tableSnapshots().stream().map(WithoutRows::table).toList(),
                of.approvals().stream().map(WithoutRows::approval).toList(),
                of.resync() == null ? null : resync(of.resync()),
                of.doubts().stream().map(WithoutRows::doubt).toList(),
                of.warnings(),
                of.rates(),
                of.log(),
                of.service().withoutAddresses());
    }

    /** Returns a doubt without its text. */
    public static Doubt doubt(Doubt of) {
        return of.withholding(WITHHELD);
    }

    /** Returns a resync without its text. */
    public static Resyncing resync(Resyncing of) {
        return new Resyncing(of.reason(), of.since(), WITHHELD, of.state(), of.tables());
    }

    private static TableSnapshot table(TableSnapshot of) {
        return new TableSnapshot(
                of.table(),
                of.state(),
                of.requested(),
                of.resumed(),
                of.rows(),
                of.estimatedRows(),
                of.rowsPerSecond(),
                of.secondsLeft(),
                of.problem() == null ? null : WITHHELD);
    }

    private static Approval approval(Approval of) {
        return new Approval(
                of.id(),
                of.reason(),
                of.subject(),
                of.since(),
                WITHHELD,
                of.approving(),
                of.abandoning(),
                of.count(),
                List.of());
    }
}
