package dev.tidemark.bench;

import dev.tidemark.golden.Golden;
import org.junit.jupiter.api.Test;

/** The form of what {@code bench --json} prints. */
class FiguresFormTest {

    @Test
    void figures_areFrozen() {
        Figures figures = new Figures("postgres", 200_000);
        for (String phase : new String[] {"snapshot", "streaming", "hot", "deletes"}) {
            figures.phase(phase, new Figures.Phase(phase.equals("hot") ? 0 : 400, 200, 150, false));
        }
        figures.latency("interval0", new Figures.Latency(1, 2));
        figures.latency("interval2s", new Figures.Latency(3, 4));
        figures.expressions(90, 100);
        figures.peakRssMb(512);
        Golden.assertJson("json/bench.json", figures.json());
    }

    @Test
    void joinedFigures_areFrozen() {
        Golden.assertJson("json/bench-joined.json", new JoinedFigures("postgres", 1000, 200, 150, 512).json());
    }
}
