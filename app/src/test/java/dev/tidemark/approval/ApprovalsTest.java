package dev.tidemark.approval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.approval.Approval.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalsTest {

    private final Path state;

    ApprovalsTest(@TempDir Path state) {
        this.state = state;
    }

    @Test
    void raise_isThereAgain_whenTheDirectoryIsOpenedAgain() throws IOException {
        Approval raised = Approvals.open(state).raise(held());

        assertThat(raised.id()).isEqualTo("row-not-found-1");
        assertThat(Approvals.open(state).pending()).containsExactly(raised);
    }

    @Test
    void raise_neverUsesAnIdTwice_whenOneWasRemoved() throws IOException {
        Approvals approvals = Approvals.open(state);
        approvals.remove(approvals.raise(held()).id());

        assertThat(Approvals.open(state).raise(held()).id()).isEqualTo("row-not-found-2");
    }

    @Test
    void decide_isRemembered_andNotTakenBack() throws IOException {
        Approvals approvals = Approvals.open(state);
        String id = approvals.raise(held()).id();

        approvals.decide(id, Verdict.APPROVED);
        approvals.decide(id, Verdict.ABANDONED);

        Approvals again = Approvals.open(state);
        assertThat(again.verdict(id)).isEqualTo(Verdict.APPROVED);
        assertThat(again.pending()).isEmpty();
        assertThat(again.all()).hasSize(1);
    }

    @Test
    void decide_findsNothing_whenTheIdIsUnknown() throws IOException {
        assertThat(Approvals.open(state).decide("row-not-found-7", Verdict.APPROVED))
                .isEmpty();
    }

    private static Approval held() {
        return new Approval(
                "",
                "row_not_found",
                "products",
                "2026-11-29T06:00:00Z",
                "2,000 of 2,000 documents have no row",
                "deletes them",
                "keeps them",
                2_000,
                List.of("1", "2"),
                null);
    }
}
