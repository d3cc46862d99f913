package dev.tidemark.connector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlTemplateTest {

    @Test
    void with_replacesPlaceholders_whereverTheyStand() {
        SqlTemplate template = SqlTemplate.of(" SELECT a FROM t WHERE b=:id AND (c,d) IN (:ids) OR e > :id ; \n");
        assertThat(template.placeholders()).containsExactly("id", "ids", "id");
        assertThat(template.names()).containsExactly("id", "ids");
        assertThat(template.with(name -> "<" + name + ">"))
                .isEqualTo("SELECT a FROM t WHERE b=<id> AND (c,d) IN (<ids>) OR e > <id>");
    }

    @Test
    void names_areNotFoundInLiteralsNamesCommentsAndCasts() {
        assertThat(SqlTemplate.of("SELECT ':a', 'it''s :b', \":c\", `:d`, x::text, $$ :e $$, $q$ :f $q$ -- :g\n/* :h */"
                                + " FROM t")
                        .names())
                .isEmpty();
        assertThat(SqlTemplate.of("SELECT 'open :a").names()).isEmpty();
        assertThat(SqlTemplate.of("SELECT '09:30', a[1:2], :x::int").names()).containsExactly("x");
    }

    @Test
    void hasQuestionMark_onlyOutsideOfLiterals() {
        assertThat(SqlTemplate.of("SELECT '?' -- ?").hasQuestionMark()).isFalse();
        assertThat(SqlTemplate.of("SELECT data ? 'key'").hasQuestionMark()).isTrue();
    }
}
