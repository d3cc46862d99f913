package dev.tidemark.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The archive, unpacked into an empty directory outside of the checkout. */
final class Archive implements AutoCloseable {

    private final Path parent;
    private final Path home;

    private Archive(Path parent, Path home) {
        this.parent = parent;
        this.home = home;
    }

    static Archive unpack() throws IOException, InterruptedException {
        Path parent = Files.createTempDirectory("tidemark-archive");
        Program.Ended ended = Program.run(parent, List.of("tar", "-xzf", file().toString()));
        if (ended.code() != 0) {
            throw new AssertionError("the archive cannot be unpacked: " + ended.output());
        }
        try (Stream<Path> inside = Files.list(parent)) {
            return new Archive(parent, inside.findFirst().orElseThrow());
        }
    }

    /** What the build made last. */
    private static Path file() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target").toAbsolutePath())) {
            return built.filter(file -> file.toString().endsWith(".tar.gz"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow(() -> new AssertionError("there is no archive in target: run mvn package first"));
        }
    }

    /** The only directory in it. */
    Path home() {
        return home;
    }

    List<String> jars() throws IOException {
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            return jars.map(jar -> String.valueOf(jar.getFileName())).sorted().toList();
        }
    }

    /** Starts {@code bin/tidemark} in that directory, with nothing of a checkout in reach. */
    Program start(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/tidemark").toString()));
        command.addAll(List.of(arguments));
        return Program.start(directory, environment, command);
    }

    Program.Ended run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    Program.Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        try (Program program = start(parent, environment, arguments)) {
            return program.awaitEnd();
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(parent)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
