package dev.tidemark.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.health.Health;
import dev.tidemark.health.Health.Condition;
import dev.tidemark.health.PipelineStatus;
import dev.tidemark.health.PipelineStatus.Approval;
import dev.tidemark.health.PipelineStatus.Load;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WithoutRowsTest {

    private static final Condition QUOTES = new Condition("document 4711 has 'Ada'", "fix row 4711");

    @Test
    void status_quotesNoRow_andStillSaysWhatIsWrongAndWhatIsPending() {
        PipelineStatus full = Statuses.status()
                .state("waiting_for_approval")
                .problem(Health.Part.DEAD_LETTERS, QUOTES)
                .loads(List.of(
                        new Load("t", "failed", "initial", "", false, 0, 0, 0, 0, 0, null, "key 4711 of 'Ada'", null)))
                .approvals(List.of(new Approval(
                        "a1",
                        "row_not_found",
                        "products",
                        "",
                        "Ada and others",
                        "deletes",
                        "keeps",
                        2,
                        List.of("4711"))))
                .build();
        PipelineStatus shown = WithoutRows.status(full);
        assertThat(full.toString()).contains("4711", "Ada");
        assertThat(shown.toString()).doesNotContain("4711").doesNotContain("Ada");
        assertThat(shown.problems()).containsOnlyKeys("dead_letters");
        assertThat(Objects.requireNonNull(shown.problems().get("dead_letters")).since())
                .isEqualTo(Statuses.SINCE);
        assertThat(shown.service()).extracting(PipelineStatus.Service::version).isEqualTo("0.1.0");
        assertThat(shown.service().source()).isNull();
        assertThat(shown.service().typesense()).isEmpty();
        assertThat(shown.loads().get(0).problem()).isNotNull();
        assertThat(shown.tableSnapshots().get(0).problem()).isNotNull();
        assertThat(shown.approvals().get(0))
                .extracting(Approval::id, Approval::subject, Approval::count)
                .containsExactly("a1", "products", 2L);
    }

    @Test
    void notices_areOne_ifThereAreAny() {
        assertThat(WithoutRows.notices(List.of())).isEmpty();
        assertThat(WithoutRows.notices(List.of(QUOTES, QUOTES)))
                .singleElement()
                .asString()
                .doesNotContain("4711")
                .contains("token");
    }
}
