package dev.tidemark.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseStackTest {

    private final List<String> closed = new ArrayList<>();
    private final CloseStack parts = new CloseStack();

    @Test
    void close_closesAll_inReverseOrder_once() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> closed.add("second"));
        parts.close();
        parts.close();
        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void close_closesTheOthers_whenOneFails_orIsInterrupted() {
        parts.add(() -> closed.add("first"));
        parts.add(() -> {
            throw new IOException("it is closed already");
        });
        parts.add(() -> closed.add("third"));
        parts.add(() -> {
            throw new InterruptedException();
        });
        parts.close();
        assertThat(closed).containsExactly("third", "first");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptFromBefore_reachesNoPart_andIsKept() {
        parts.add(() -> closed.add("interrupted: " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        parts.close();
        assertThat(closed).containsExactly("interrupted: false");
        assertThat(Thread.interrupted()).isTrue();
    }
}
