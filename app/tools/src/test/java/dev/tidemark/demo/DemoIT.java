package dev.tidemark.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as a person starts it: a process of its own. It also tries the privileges that README.md tells to give. */
class DemoIT {

    private static final int STOP_WAIT_SECONDS = 90;

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "mysql"})
    @Timeout(600)
    void demo_endsEqual_afterItsTime(String source) throws Exception {
        Process demo = start("--source", source, "--for", "5s", "--rows", "500");
        List<String> output = readUntil(demo, null);
        assertThat(demo.waitFor()).as(String.join("\n", output)).isZero();
        assertThat(output)
                .anyMatch(line -> line.matches(" *products +[0-9,]+ rows, +[0-9,]+ documents: equal, field by field"))
                .anyMatch(line -> line.matches(" *customers +[0-9,]+ rows, +[0-9,]+ documents: equal, field by field"))
                .anyMatch(line -> line.contains("/metrics"))
                .contains("Tables and collections are equal.");
    }

    @Test
    @Timeout(600)
    void demo_comparesAndEndsInOrder_onSignal() throws Exception {
        Process demo = start("--rows", "300");
        List<String> output = readUntil(demo, "changes a second are being made");
        // Not INT: a process started from a background job of a shell ignores that one.
        new ProcessBuilder("sh", "-c", "kill -TERM " + demo.pid()).start().waitFor();
        output.addAll(readUntil(demo, null));
        assertThat(demo.waitFor(STOP_WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(String.join("\n", output)).isZero();
        assertThat(output).contains("Tables and collections are equal.");
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tidemark.Main",
                "demo"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Lines up to the one that holds the text, or to the end. The stream stays open. */
    private static List<String> readUntil(Process process, @org.jspecify.annotations.Nullable String text)
            throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (text != null && line.contains(text)) {
                break;
            }
        }
        return lines;
    }
}
