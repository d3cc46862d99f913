package dev.tidemark.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** What libraries log through java.util.logging comes out of our log, and nowhere else (invariant 8). */
class JavaUtilLoggingTest {

    private static final String NAME = "org.example.driver";

    private final Logger target = (Logger) LoggerFactory.getLogger(NAME);
    private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

    @AfterEach
    void detach() {
        target.detachAppender(seen);
        target.setLevel(null);
    }

    @Test
    void records_arriveWithLevelMessageAndException() {
        Logging.bridgeJavaUtilLogging();
        target.setLevel(Level.TRACE);
        seen.start();
        target.addAppender(seen);
        java.util.logging.Logger source = java.util.logging.Logger.getLogger(NAME);
        IllegalStateException thrown = new IllegalStateException("boom");
        source.log(java.util.logging.Level.SEVERE, "failed", thrown);
        source.log(java.util.logging.Level.WARNING, "retry {0} of {1}", new Object[] {1, 3});
        source.log(java.util.logging.Level.INFO, "connected");
        source.log(java.util.logging.Level.FINE, "not wanted");
        assertThat(seen.list)
                .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        tuple(Level.ERROR, "failed"),
                        tuple(Level.WARN, "retry 1 of 3"),
                        tuple(Level.INFO, "connected"));
        assertThat(seen.list.get(0).getThrowableProxy().getMessage()).isEqualTo("boom");
    }

    @Test
    void bridge_isTheOnlyHandler_howeverOftenItIsInstalled() {
        Logging.bridgeJavaUtilLogging();
        Logging.bridgeJavaUtilLogging();
        assertThat(LogManager.getLogManager().getLogger("").getHandlers())
                .singleElement()
                .isInstanceOf(SLF4JBridgeHandler.class);
    }
}
