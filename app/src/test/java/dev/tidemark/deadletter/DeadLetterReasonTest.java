package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterReasonTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Field `price` must be a float. | price | Field `price` must be a float.",
                "column 'price': NaN is not a number that JSON can hold | price | column 'price': ... is not a number that JSON can hold",
                "column 'n': 3000000000 does not fit int32 | n | column 'n': ... does not fit int32",
                "column 'n': it is no joke, 12 is no int32 | n | column 'n': ... is no joke, ... is no int32",
                "column 'tags': element 3 is null, which no array field can hold | tags"
                        + " | column 'tags': element ... is null, which no array field can hold",
                "no document is made of the row with key 4711 | | no document is made of the row with key ...",
            })
    void error_isReduced_toWhatItHasInCommonWithOthers(String error, String field, String reason) {
        DeadLetterReason found = DeadLetterReason.of(error);
        assertThat(found.field()).isEqualTo(field);
        assertThat(found.reason()).isEqualTo(reason);
        assertThat(found.hint()).endsWith(".");
    }

    @Test
    void hint_namesTheFieldAndTheWayOut() {
        assertThat(DeadLetterReason.of("column 'n': 3000000000 does not fit int32")
                        .hint())
                .contains("type: int64", "'n'");
        assertThat(DeadLetterReason.of("column 'p': NaN is not a number that JSON can hold")
                        .hint())
                .contains("type: string", "'p'");
        assertThat(DeadLetterReason.of(
                                "Field `title` has been declared in the schema, but is not found in the document.")
                        .hint())
                .contains("optional: true", "'title'");
    }

    @Test
    void groups_areBounded_whateverTheErrorsSay() {
        DeadLetterGroups groups = new DeadLetterGroups();
        for (int i = 0; i < 1_000; i++) {
            String odd = "odd " + "abcdefghij".substring(i % 10) + Integer.toString(i, 36) + "x";
            groups.add(new DeadLetter(
                    "products",
                    "id" + i,
                    "public.products",
                    "k",
                    "upsert",
                    "{}",
                    odd,
                    1,
                    i,
                    Instant.EPOCH,
                    Instant.EPOCH));
        }
        assertThat(groups.groups()).hasSizeLessThanOrEqualTo(51);
        assertThat(groups.groups().stream()
                        .mapToLong(DeadLetterGroups.Group::count)
                        .sum())
                .isEqualTo(1_000);
        assertThat(groups.groups().get(0).reason().reason()).isEqualTo("other reasons");
    }
}
