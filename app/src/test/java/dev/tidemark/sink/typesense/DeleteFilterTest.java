package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.sink.typesense.http.Paths;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeleteFilterTest {

    @Test
    void of_groupsOnlySafeIds() {
        DeleteFilter plan =
                DeleteFilter.of(List.of("a", "*", "A_1.b:c-d", " x", "x\\", "a`b", "é", "٣", "a,b", "..", "a b"), 50);
        assertThat(plan.filters())
                .containsExactly(new DeleteFilter.Group("id:[`a`,`A_1.b:c-d`,`..`]", List.of("a", "A_1.b:c-d", "..")));
        assertThat(plan.single()).containsExactly("*", " x", "x\\", "a`b", "é", "٣", "a,b", "a b");
    }

    @Test
    void of_keepsEveryAddressShort() {
        List<String> ids =
                IntStream.range(0, 1_000).mapToObj(i -> "x:".repeat(i % 40) + i).toList();
        int prefix =
                "http://127.0.0.1:8108".length() + Paths.collection("c").length() + "/documents?filter_by=".length();
        DeleteFilter plan = DeleteFilter.of(ids, prefix);
        assertThat(plan.filters())
                .allSatisfy(group -> assertThat("http://127.0.0.1:8108" + Paths.deleteBy("c", group.filter()))
                        .hasSizeLessThanOrEqualTo(DeleteFilter.BYTES));
        assertThat(plan.filters()).allSatisfy(group -> assertThat(group.ids()).hasSizeLessThanOrEqualTo(150));
        assertThat(plan.filters().stream().flatMap(group -> group.ids().stream()))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void of_sendsAnIdTooLongForAFilterByItself() {
        String id = "x".repeat(DeleteFilter.BYTES);
        assertThat(DeleteFilter.of(List.of(id), 50).single()).containsExactly(id);
    }

    @Test
    void of_refusesAnEmptyId() {
        assertThatThrownBy(() -> DeleteFilter.of(List.of("a", ""), 50)).isInstanceOf(IllegalArgumentException.class);
    }
}
