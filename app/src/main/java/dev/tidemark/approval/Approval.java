package dev.tidemark.approval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not done before an operator decides on it.
 *
 * @param id names it in commands and API, such as {@code row-not-found-3}; never used twice
 * @param reason why it arose: one of the doubt reasons, such as {@code row_not_found} or {@code history}
 * @param subject the collection, the table or {@code source} that it concerns
 * @param since when it arose, ISO-8601
 * @param message what was found
 * @param approving the consequence of {@code approve}
 * @param abandoning the consequence of {@code approve --abandon}
 * @param count how many documents it concerns; 0 if it does not concern single documents
 * @param examples at most 20 ids of them
 * @param verdict the decision that was made and is not carried out yet; null before
 */
public record Approval(
        String id,
        String reason,
        String subject,
        String since,
        String message,
        String approving,
        String abandoning,
        long count,
        List<String> examples,
        @Nullable Verdict verdict) {

    /** An operator's decision. */
    public enum Verdict {
        APPROVED,
        ABANDONED
    }

    public Approval {
        examples = List.copyOf(examples);
    }

    /** Returns the same with a decision. */
    Approval decided(Verdict decision) {
        return new Approval(id, reason, subject, since, message, approving, abandoning, count, examples, decision);
    }
}
