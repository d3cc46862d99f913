package dev.tidemark.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import dev.tidemark.logging.Logging;
import org.slf4j.LoggerFactory;

/** Log of a demo: only warnings, so that what is to be read stands out, and downloads. */
final class DemoLog {

    private DemoLog() {}

    static void quiet() {
        Logging.bridgeJavaUtilLogging();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        PatternLayoutEncoder pattern = new PatternLayoutEncoder();
        pattern.setContext(context);
        pattern.setPattern("%d{HH:mm:ss} %-5level %msg%n%nopex");
        pattern.start();
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel("INFO");
        filter.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(pattern);
        console.addFilter(filter);
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(Level.ERROR);
        context.getLogger("dev.tidemark").setLevel(Level.WARN);
        context.getLogger("dev.tidemark.testkit").setLevel(Level.INFO);
    }
}
