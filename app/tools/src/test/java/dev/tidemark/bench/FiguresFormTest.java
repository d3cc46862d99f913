package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The form of what {@code bench --json} prints. */
class FiguresFormTest {

    @Test
    void figures_areFrozen() throws IOException {
        Figures figures = new Figures("postgres", 200_000);
        for (String phase : new String[] {"snapshot", "streaming", "hot", "deletes"}) {
            figures.phase(phase, new Figures.Phase(phase.equals("hot") ? 0 : 400, 200, 150, false));
        }
        figures.latency("interval0", new Figures.Latency(1, 2));
        figures.latency("interval2s", new Figures.Latency(3, 4));
        figures.expressions(90, 100);
        figures.peakRssMb(512);
        assertForm("bench.json", figures.json());
    }

    @Test
    void joinedFigures_areFrozen() throws IOException {
        assertForm("bench-joined.json", new JoinedFigures("postgres", 1000, 200, 150, 512).json());
    }

    private static void assertForm(String name, String json) throws IOException {
        ObjectMapper reader = new ObjectMapper();
        assertThat(reader.readTree(json))
                .as("the form of %s; a difference breaks clients", name)
                .isEqualTo(reader.readTree(Files.readString(Path.of("src/test/resources/golden", name))));
    }
}
