package dev.tidemark.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.config.DocumentBuilder;
import dev.tidemark.connector.SourceSettings;
import dev.tidemark.document.Columns;
import dev.tidemark.flush.FakeSink;
import dev.tidemark.flush.Items;
import dev.tidemark.sink.CollectionInfo;
import dev.tidemark.sink.Sink;
import dev.tidemark.sink.SinkException;
import dev.tidemark.sink.SinkField;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A collection follows its table, in the order that a crash allows. */
class CollectionFollowerTest {

    private final FakeSink sink = new FakeSink();
    private long now;

    private static SinkField field(String type, Map<String, Object> byHand) {
        return new SinkField("n", type, true, true, false, null, byHand);
    }

    private static CollectionInfo collection(SinkField field) {
        return new CollectionInfo("items", List.of(field), false, null, 1);
    }

    /** @param columns as they are recorded */
    private CollectionFollower follower(List<String> columns, CollectionInfo there) {
        sink.shape = there;
        sink.documents("items").put("a", "{\"id\":\"a\",\"n\":\"one\"}");
        return new CollectionFollower(
                DocumentBuilder.of(new SourceSettings.Table(Items.TABLE, List.of()), "items")
                        .build(),
                Items.SCHEMA,
                columns,
                there,
                () -> now);
    }

    private boolean follow(CollectionFollower follower) throws Exception {
        return follower.follow(
                Items.SCHEMA, Set.of(), false, sink, collection -> sink.journal.add("reload " + collection));
    }

    private static SinkException rejection(String reason) {
        return new SinkException(SinkException.Kind.FATAL, reason, "it says no", "", null);
    }

    @Test
    void values_areTakenOut_onlyWhenAReloadIsStored() throws Exception {
        for (List<String> recorded : List.of(List.of("id", "n"), Columns.texts(Items.SCHEMA))) {
            sink.journal.clear();
            sink.alterations.add(rejection(Sink.INCOMPATIBLE));
            CollectionFollower follower = follower(recorded, collection(field("bool", Map.of())));
            assertThat(follow(follower)).isTrue();
            assertThat(sink.journal).containsSubsequence("reload items", "update items [a]", "alter items +[n] -[n]");
            assertThat(follower.blocked()).isEmpty();
        }
        sink.journal.clear();
        sink.alterations.add(rejection(Sink.INCOMPATIBLE));
        CollectionFollower follower = follower(List.of("id", "n"), collection(field("bool", Map.of())));
        assertThatThrownBy(() -> follower.follow(Items.SCHEMA, Set.of(), false, sink, collection -> {
                    throw new IOException("no space left");
                }))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("no space left");
        assertThat(sink.journal).noneMatch(each -> each.startsWith("update"));
    }

    @Test
    void refusedAlteration_isTriedAgain_withLongerAndLongerPauses() throws Exception {
        CollectionFollower follower = follower(List.of("id", "n"), collection(field("bool", Map.of())));
        sink.alterations.addAll(List.of(rejection("no"), rejection("no")));
        assertThat(follow(follower)).isTrue();
        assertThat(follower.blocked()).hasSize(1);
        now += Duration.ofSeconds(29).toNanos();
        assertThat(follow(follower)).isFalse();
        now += Duration.ofSeconds(2).toNanos();
        assertThat(follow(follower)).as("no row with a NULL is needed for it").isTrue();
        assertThat(follower.blocked()).hasSize(1);
        now += Duration.ofSeconds(31).toNanos();
        assertThat(follow(follower)).isFalse();
        now += Duration.ofSeconds(30).toNanos();
        sink.altered.clear();
        assertThat(follow(follower)).isTrue();
        assertThat(sink.altered).extracting(SinkField::type).containsExactly("int64");
        assertThat(follower.blocked()).isEmpty();
        now += Duration.ofHours(2).toNanos();
        sink.shape = collection(field("int64", Map.of()));
        assertThat(follow(follower)).isFalse();
    }

    @Test
    void whatWasSetByHandMeanwhile_isKept() throws Exception {
        CollectionFollower follower = follower(List.of("id", "n"), collection(field("bool", Map.of())));
        sink.shape = collection(field("bool", Map.of("infix", true)));
        assertThat(follow(follower)).isTrue();
        assertThat(sink.altered).singleElement().satisfies(field -> {
            assertThat(field.type()).isEqualTo("int64");
            assertThat(field.toString()).contains("infix");
        });
    }
}
