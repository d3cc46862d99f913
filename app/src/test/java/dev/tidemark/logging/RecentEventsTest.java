package dev.tidemark.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RecentEventsTest {

    private static final Logger OURS = (Logger) LoggerFactory.getLogger("dev.tidemark.RecentEventsTest");

    @Test
    void newestLines_areKept_andNoOthers() {
        OURS.setLevel(Level.DEBUG);
        try (RecentEvents events = RecentEvents.start()) {
            for (int i = 0; i < 500; i++) {
                OURS.info("event {}", i);
            }
            OURS.debug("a detail");
            OURS.warn("x".repeat(5_000));
            assertThat(events.newestFirst()).hasSizeLessThanOrEqualTo(100);
            assertThat(events.newestFirst().get(0).level()).isEqualTo("WARN");
            assertThat(events.newestFirst().get(0).message()).hasSizeLessThan(600);
            assertThat(events.newestFirst().get(1).message()).isEqualTo("event 499");
            assertThat(events.newestFirst()).noneMatch(event -> event.message().contains("detail"));
            events.close();
            OURS.info("too late");
            assertThat(events.newestFirst()).noneMatch(event -> event.message().contains("too late"));
        } finally {
            OURS.setLevel(null);
        }
    }
}
