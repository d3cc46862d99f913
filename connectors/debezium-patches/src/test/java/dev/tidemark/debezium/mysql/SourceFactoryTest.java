package dev.tidemark.debezium.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.debezium.ReplacedClass;
import io.debezium.connector.mysql.MySqlChangeEventSourceFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds our class in front of Debezium's in step with it (docs/decisions/0057-unread-writes.md). */
class SourceFactoryTest {

    /** Of the class file in debezium-connector-mysql 3.6.1.Final. */
    private static final String ORIGINAL = "d74df52d06eb8aaef9901ce26771d71ecb3bb7d8aeb9676e9a118435880c3340";

    @Test
    void ours_comesFirstInTheClassPath() {
        ReplacedClass.assertOursComesFirst(MySqlChangeEventSourceFactory.class);
    }

    @Test
    void original_isTheOneThatWasReplaced() throws Exception {
        ReplacedClass.assertOriginal(MySqlChangeEventSourceFactory.class, ORIGINAL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update t set a = 1|UPDATE",
                "/* app:1 */ DELETE FROM t|DELETE",
                "/*!40001 INSERT */ INTO t|INSERT",
                "(SELECT f())|SELECT",
                "XA COMMIT X'61',X'',1|XA",
                "# a -- b|''",
                "/* open|''",
                "''|''",
            })
    void firstWord_isFoundBehindComments(String sql, String word) {
        assertThat(NotingStream.firstWord(sql)).isEqualTo(word);
    }
}
