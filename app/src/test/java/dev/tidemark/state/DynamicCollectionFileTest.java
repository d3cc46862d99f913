package dev.tidemark.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynamicCollectionFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void everything_isDurableAtOnce() throws Exception {
        DynamicCollectionFile fed = DynamicCollectionFile.open(directory);
        fed.announce("t", List.of("b", "a"));
        fed.made("t", List.of("a"));
        fed.announce("t", List.of("a"));
        fed.announce("u", List.of("x"));
        DynamicCollectionFile again = DynamicCollectionFile.open(directory);
        assertThat(again.of("t")).containsExactly("a", "b");
        assertThat(again.wasMade("t", "a")).isTrue();
        assertThat(again.wasMade("t", "b")).isFalse();
        assertThat(again.records()).containsExactly("t", "u");
        again.forget("u", List.of("x"));
        again.forget("t", List.of("b", "none"));
        assertThat(DynamicCollectionFile.open(directory).records()).containsExactly("t");
        assertThat(DynamicCollectionFile.open(directory).of("t")).containsExactly("a");
        assertThat(again.of("u")).isEmpty();
    }

    @Test
    void whatIsNotDurable_isNotRemembered() throws Exception {
        Path state = Files.createDirectory(directory.resolve("state"));
        DynamicCollectionFile fed = DynamicCollectionFile.open(state);
        fed.announce("t", List.of("a"));
        Files.delete(state.resolve("collections.json"));
        Files.delete(state);
        assertThatThrownBy(() -> fed.announce("t", List.of("b"))).isInstanceOf(IOException.class);
        assertThat(fed.of("t")).containsExactly("a");
        Files.createDirectory(state);
        fed.announce("t", List.of("b"));
        assertThat(DynamicCollectionFile.open(state).of("t")).containsExactly("a", "b");
    }
}
