package dev.tidemark.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes dead letters is killed for real, or runs out of disk for real. */
@Timeout(600)
class DeadLettersCrashTest {

    private final Path directory;

    DeadLettersCrashTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void whatWasAcknowledged_survivesAKill() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<String> pending = new HashSet<>();
        for (int round = 0; round < 8; round++) {
            Set<String> doubtful = new HashSet<>();
            killAfter(1 + random.nextInt(400), "round" + round, pending, doubtful);
            List<String> found;
            try (DeadLetters deadLetters = DeadLetters.open(directory, 1L << 30)) {
                found = Letters.read(directory).stream()
                        .map(deadLetter -> deadLetter.collection() + "/" + deadLetter.id())
                        .toList();
                assertThat(deadLetters.pending("a") + deadLetters.pending("b")).isEqualTo(found.size());
            }
            assertThat(found).as("seed %s, round %s", seed, round).doesNotHaveDuplicates();
            Set<String> missing = new HashSet<>(pending);
            missing.removeAll(doubtful);
            found.forEach(missing::remove);
            assertThat(missing)
                    .as("acknowledged and lost, seed %s, round %s", seed, round)
                    .isEmpty();
            Set<String> unsettled = new HashSet<>(found);
            unsettled.removeAll(pending);
            unsettled.removeAll(doubtful);
            assertThat(unsettled)
                    .as("settled and back, seed %s, round %s", seed, round)
                    .isEmpty();
            pending = new HashSet<>(found);
        }
    }

    /** Kills the child once it has said so many lines; what it began and never acknowledged is in doubt. */
    private void killAfter(int said, String round, Set<String> pending, Set<String> doubtful) throws Exception {
        Process child = new ProcessBuilder(java("append", directory.toString(), round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = child.inputReader()) {
            String line;
            for (int count = 0; (line = lines.readLine()) != null; count++) {
                if (count == said) {
                    child.toHandle().destroyForcibly(); // the process's own would close its output, too
                }
                note(line, pending, doubtful); // what it said before it died was acknowledged all the same
            }
        }
        child.waitFor();
    }

    private static void note(String line, Set<String> pending, Set<String> doubtful) {
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].equals(".")) {
            return; // cut off by the kill
        }
        Set<String> ids = Set.of(words[1].split(","));
        switch (words[0]) {
            case "begin" -> doubtful.addAll(ids);
            case "appended" -> {
                doubtful.removeAll(ids);
                pending.addAll(ids);
            }
            case "settled" -> {
                doubtful.removeAll(ids);
                pending.removeAll(ids);
            }
            default -> throw new IllegalArgumentException(line);
        }
    }

    @Test
    void aWriteThatFailsHalfway_leavesTheFilesAsTheyWere() throws Exception {
        // A limit on file size fails a write in the middle just as a full disk does, and needs no mount.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 200 && exec \"$@\"", "sh"));
        command.addAll(java("fill", directory.toString()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output;
        try (BufferedReader lines = child.inputReader()) {
            output = lines.lines().collect(Collectors.joining("\n"));
        }
        assertThat(child.waitFor()).as(output).isZero();
        try (DeadLetters deadLetters = DeadLetters.open(directory, 1L << 30)) {
            assertThat(deadLetters.pendingByCollection()).containsEntry("a", 2L).containsEntry("b", 2L);
        }
        assertThat(Letters.ids(directory)).containsExactly("before", "after", "before", "after");
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", // a file that the limit on file size would hit
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                DeadLettersChild.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
