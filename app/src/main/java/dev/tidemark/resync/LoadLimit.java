package dev.tidemark.resync;

import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Limit of loads that begin automatically for the same reason: a few in a day, after growing pauses; further ones wait for an approval, or,
 * if it is abandoned, for a day. Any thread.
 */
final class LoadLimit {

    static final Duration WINDOW = Duration.ofHours(24);
    /** Pauses before the second load of the same reason in a day, the third, and all further ones. */
    private static final List<Duration> PAUSES =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(60));

    private final Approvals approvals;
    private final int max;
    private final Clock clock;

    /** @param max how many loads of the same reason may begin in a day without an approval */
    LoadLimit(Approvals approvals, int max, Clock clock) {
        this.approvals = approvals;
        this.max = max;
        this.clock = clock;
    }

    int max() {
        return max;
    }

    /** Returns whether a time is too long ago to count. */
    boolean isOld(Instant time) {
        return !time.plus(WINDOW).isAfter(clock.instant());
    }

    /**
     * Decides when another load may begin.
     *
     * @param before when those of the last day began, the oldest first
     * @param from when the pause begins
     * @param ours the approval of this load among all
     * @param request the approval that is raised if one is needed
     * @throws IOException if that cannot be stored
     */
    Turn turn(List<Instant> before, Instant from, Predicate<Approval> ours, Approval request) throws IOException {
        Approval approval = approval(ours).orElse(null);
        if (approval != null && approval.verdict() == Verdict.APPROVED) {
            return new Turn.Now();
        }
        if (approval != null && approval.verdict() == null) {
            return new Turn.Waiting(approval);
        }
        Instant now = clock.instant();
        if (approval != null) { // abandoned
            Instant until = (before.isEmpty() ? from : before.get(before.size() - 1)).plus(WINDOW);
            if (now.isBefore(until)) {
                return new Turn.Later(until);
            }
            approvals.remove(approval.id());
            return turn(before, from, ours, request);
        }
        if (before.size() >= max) {
            return new Turn.Waiting(approvals.raise(request));
        }
        if (before.isEmpty()) {
            return new Turn.Now();
        }
        Instant at = from.plus(PAUSES.get(Math.min(before.size(), PAUSES.size()) - 1));
        return now.isBefore(at) ? new Turn.Later(at) : new Turn.Now();
    }

    /** Removes the approval of a load that begins, or that is not needed any more. */
    void begun(Predicate<Approval> ours) throws IOException {
        Approval approval = approval(ours).orElse(null);
        if (approval != null) {
            approvals.remove(approval.id());
        }
    }

    /** Returns whether an operator has to decide on the load. */
    boolean isWaiting(Predicate<Approval> ours) {
        return approval(ours).filter(each -> each.verdict() == null).isPresent();
    }

    private Optional<Approval> approval(Predicate<Approval> ours) {
        return approvals.all().stream().filter(ours).findFirst();
    }
}
