package dev.tidemark.pipeline;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approvals;
import dev.tidemark.config.Config;
import dev.tidemark.health.Health;
import java.util.List;

/** Pending approvals as notices of the health page. */
final class ApprovalNotices {

    private ApprovalNotices() {}

    static List<Health.Condition> of(Approvals approvals, Config config) {
        return approvals.pending().stream()
                .map(each -> new Health.Condition(message(each), hint(each, config.name())))
                .toList();
    }

    private static String message(Approval of) {
        return of.examples().isEmpty()
                ? of.message()
                : of.message() + " (" + of.count() + ", such as " + String.join(", ", of.examples()) + ")";
    }

    private static String hint(Approval of, String pipeline) {
        return "Decide with 'tidemark approve -c FILE " + of.id() + "' (" + of.approving() + "), or with --abandon ("
                + of.abandoning() + "). FILE is the configuration of " + pipeline + ".";
    }
}
