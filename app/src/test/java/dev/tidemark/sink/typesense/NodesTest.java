package dev.tidemark.sink.typesense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.typesense.TransportException.Stage;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodesTest {

    private static final URI A = URI.create("http://a");
    private static final URI B = URI.create("http://b");
    private final Nodes nodes = new Nodes(List.of(A, B));

    @Test
    void failed_takesTheNextNode_once() {
        nodes.failed(A, Stage.REFUSED);
        nodes.failed(A, Stage.REFUSED); // Of a request that ran at the same time.
        assertThat(nodes.current()).isEqualTo(B);
        nodes.failed(B, Stage.NOT_CONNECTED);
        assertThat(nodes.current()).isEqualTo(A);
    }

    @Test
    void failed_staysWhileAWriteMayStillRun() {
        nodes.unresolved();
        nodes.failed(A, Stage.TIMEOUT);
        nodes.failed(A, Stage.BROKEN);
        nodes.failed(A, Stage.NOT_CONNECTED);
        nodes.unhealthy(A);
        assertThat(nodes.current()).isEqualTo(A);
        nodes.drained();
        nodes.failed(A, Stage.NOT_CONNECTED);
        assertThat(nodes.current()).isEqualTo(B);
    }

    @Test
    void failed_leaves_whenTheProcessIsGone() {
        nodes.unresolved();
        nodes.failed(A, Stage.REFUSED);
        assertThat(nodes.current()).isEqualTo(B);
        nodes.unhealthy(B); // What was unresolved on A is not on B.
        assertThat(nodes.current()).isEqualTo(A);
    }
}
