package dev.tidemark.connector.mysql.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Classes are loaded once in a process, so a process of its own loads these. */
class DdlParserTest {

    /** What the child does. */
    public static final class Child {

        private Child() {}

        public static void main(String[] args) {
            System.err.println("before");
            DdlParser.load();
            System.err.println("after");
            System.err.printf("%s%n", "and formatted");
        }
    }

    @Test
    void load_printsNothing_andLeavesStderrAsItWas() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName()))
                .start();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        child.getErrorStream().transferTo(stderr);
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(stderr.toString(StandardCharsets.UTF_8).lines()).containsExactly("before", "after", "and formatted");
    }
}
