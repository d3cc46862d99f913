package dev.tidemark.sink.typesense.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sink.typesense.http.TransportException.Stage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodesTest {

    private static final URI A = URI.create("http://a");
    private static final URI B = URI.create("http://b");
    private static final Duration LOST_AFTER = Duration.ofSeconds(30);

    private long now;
    private final Nodes nodes = new Nodes(List.of(A, B), LOST_AFTER, () -> now);

    @Test
    void failed_takesTheNextNode_once() {
        assertThat(nodes.failed(A, Stage.REFUSED)).isTrue();
        assertThat(nodes.failed(A, Stage.REFUSED)).isFalse(); // Of a request that ran at the same time.
        assertThat(nodes.current()).isEqualTo(B);
        nodes.failed(B, Stage.NOT_CONNECTED);
        assertThat(nodes.current()).isEqualTo(A);
    }

    @Test
    void failed_staysWhileAWriteMayStillRun() {
        unresolved(nodes, "c");
        unresolved(nodes, "d");
        nodes.failed(A, Stage.TIMEOUT);
        nodes.failed(A, Stage.BROKEN);
        nodes.failed(A, Stage.NOT_CONNECTED);
        nodes.unusable(A);
        nodes.resolved("c");
        nodes.failed(A, Stage.NOT_CONNECTED);
        assertThat(nodes.current()).isEqualTo(A);
        nodes.resolved("d");
        nodes.failed(A, Stage.NOT_CONNECTED);
        assertThat(nodes.current()).isEqualTo(B);
        assertThat(nodes.left()).isEmpty();
    }

    @Test
    void failed_leaves_whenTheProcessIsGone() {
        unresolved(nodes, "c");
        nodes.failed(A, Stage.REFUSED);
        assertThat(nodes.current()).isEqualTo(B);
        assertThat(nodes.left()).isEmpty(); // What it had not handed on is gone with it.
        nodes.unusable(B); // The write may still be in the cluster's log: no fence has passed.
        assertThat(nodes.current()).isEqualTo(B);
    }

    @Test
    void unusable_leavesALostNode_afterTheBound_andRemembersWhatItMayStillWrite() {
        unresolved(nodes, "c");
        now = LOST_AFTER.toNanos() - 1;
        assertThat(nodes.unusable(A)).isFalse();
        now++;
        assertThat(nodes.failed(A, Stage.TIMEOUT)).isFalse(); // A slow request says nothing about the node.
        assertThat(nodes.unusable(A)).isTrue();
        assertThat(nodes.current()).isEqualTo(B);
        assertThat(nodes.left()).isEqualTo(Map.of(A, Set.of("c")));
        nodes.forget(A);
        assertThat(nodes.left()).isEmpty();
    }

    /** The write was sent to the first node alone: the second has nothing that it could write late. */
    @Test
    void aNodeThatIsLeftWithoutAWriteOfItsOwn_isNotRemembered() {
        unresolved(nodes, "c");
        nodes.failed(A, Stage.REFUSED);
        now = LOST_AFTER.toNanos();
        assertThat(nodes.unusable(B)).isTrue();
        assertThat(nodes.left()).isEmpty();
    }

    @Test
    void aSingleNode_isNeverLeft() {
        Nodes single = new Nodes(List.of(A), LOST_AFTER, () -> now);
        unresolved(single, "c");
        now = LOST_AFTER.toNanos();
        assertThat(single.unusable(A)).isFalse();
        assertThat(single.failed(A, Stage.REFUSED)).isFalse();
        assertThat(single.left()).isEmpty();
    }

    /** A probe or a read fails first: the write's own deadline is yet to come. */
    @Test
    void aNodeIsKept_whileAWriteIsOnItsWay() {
        Nodes.Write write = nodes.begin("c").orElseThrow();
        assertThat(nodes.failed(A, Stage.NOT_CONNECTED)).isFalse();
        assertThat(nodes.unusable(A)).isFalse();
        nodes.unresolved(write);
        nodes.ended(write);
        now = LOST_AFTER.toNanos();
        assertThat(nodes.unusable(A)).isTrue();
        assertThat(nodes.left()).isEqualTo(Map.of(A, Set.of("c")));
    }

    @Test
    void aNodeIsLeft_whenTheWritesOnTheirWayHaveEnded() {
        Nodes.Write first = nodes.begin("c").orElseThrow();
        Nodes.Write second = nodes.begin("c").orElseThrow();
        nodes.ended(first);
        assertThat(nodes.failed(A, Stage.TIMEOUT)).isFalse();
        nodes.ended(second);
        assertThat(nodes.failed(A, Stage.TIMEOUT)).isTrue();
        assertThat(nodes.left()).isEmpty();
    }

    /** Left for another write: this one was sent to the first node, whatever node is asked when its deadline passes. */
    @Test
    void aWriteWhoseNodeWasLeftMeanwhile_isRemembered() {
        Nodes.Write late = nodes.begin("d").orElseThrow();
        unresolved(nodes, "c");
        now = LOST_AFTER.toNanos();
        assertThat(nodes.unusable(A)).isTrue();
        assertThat(nodes.unresolved(late)).isFalse();
        nodes.ended(late);
        assertThat(nodes.left()).isEqualTo(Map.of(A, Set.of("c", "d")));
        now *= 2;
        assertThat(nodes.unusable(B)).isTrue();
        assertThat(nodes.left()).containsOnlyKeys(A); // Nothing of it was sent to the second.
    }

    @Test
    void aWriteOnItsWay_isGoneWithItsProcess() {
        Nodes.Write write = nodes.begin("c").orElseThrow();
        assertThat(nodes.failed(A, Stage.REFUSED)).isTrue();
        assertThat(nodes.unresolved(write)).isFalse();
        nodes.ended(write);
        assertThat(nodes.left()).isEmpty();
        assertThat(nodes.failed(B, Stage.TIMEOUT)).isFalse(); // It may be in the cluster's log.
    }

    @Test
    void end_permitsNoMoreWrites_andReportsWhetherAllWereAnswered() {
        Nodes.Write answered = nodes.begin("c").orElseThrow();
        assertThat(nodes.end()).isFalse();
        nodes.ended(answered);
        assertThat(nodes.end()).isTrue();
        assertThat(nodes.begin("c")).isEmpty();
    }

    @Test
    void end_isNotClean_whileAWriteIsUnresolved() {
        unresolved(nodes, "c");
        assertThat(nodes.end()).isFalse();
        nodes.resolved("c");
        assertThat(nodes.end()).isTrue();
    }

    @Test
    void end_isNotClean_whileALostNodeMayWriteLate() {
        unresolved(nodes, "c");
        now += LOST_AFTER.toNanos();
        assertThat(nodes.unusable(A)).isTrue();
        nodes.resolved("c");
        assertThat(nodes.end()).isFalse();
    }

    private static void unresolved(Nodes nodes, String collection) {
        Nodes.Write write = nodes.begin(collection).orElseThrow();
        nodes.unresolved(write);
        nodes.ended(write);
    }
}
