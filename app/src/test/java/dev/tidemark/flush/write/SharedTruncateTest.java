package dev.tidemark.flush.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Items;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTruncateTest {

    @Test
    void deletesItsOwnDocuments_inAsManyPassesAsItTakes_andNoOthers() throws Exception {
        FakeSink sink = new FakeSink();
        for (String id : List.of("eu:1", "eu:2", "eu:3", "eu:4", "us:1", "eu", "1")) {
            sink.documents("shops").put(id, "{}");
        }
        new SharedTruncate(sink, Items.target("shops", "eu:"), 2).run();
        assertThat(sink.documents("shops").keySet()).containsExactly("1", "eu", "us:1");
        assertThat(sink.journal).containsExactly("delete shops [eu:1, eu:2]", "delete shops [eu:3, eu:4]");
    }
}
