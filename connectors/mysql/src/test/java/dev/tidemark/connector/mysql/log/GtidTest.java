package dev.tidemark.connector.mysql.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GtidTest {

    @Test
    void set_isWrittenAsTheServerReadsIt() {
        assertThat(Gtid.set(List.of())).isEmpty();
        assertThat(Gtid.set(List.of(new Gtid("a:7")))).isEqualTo("a:7");
        assertThat(Gtid.set(List.of(
                        new Gtid("a:3"),
                        new Gtid("b:tag:9"),
                        new Gtid("a:1"),
                        new Gtid("a:2"),
                        new Gtid("a:7"),
                        new Gtid("a:2"))))
                .isEqualTo("a:1-3:7,b:tag:9");
    }
}
