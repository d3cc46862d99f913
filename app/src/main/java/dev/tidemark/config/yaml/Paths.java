package dev.tidemark.config.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The directory that relative paths of a configuration file start at: the file's own, wherever the command is started.
 */
public final class Paths {

    /** Environment variable with another directory for a relative {@code state}: the shipped systemd unit and image set it. */
    static final String STATE_BASE = "TIDEMARK_STATE_BASE";

    /** Present in each state directory since the first version; the name is that of the lock. */
    private static final String LOCK = "lock";

    private final Path base;
    private final Path stateBase;
    private final Path working;

    Paths(Path base, Path stateBase, Path working) {
        this.base = base;
        this.stateBase = stateBase;
        this.working = working;
    }

    /** Returns the paths of a file; those of a pipe such as {@code /dev/stdin} start at the working directory. */
    public static Paths of(Path file, Map<String, String> environment) {
        Path working = Path.of("");
        Path parent = Files.isRegularFile(file) ? file.getParent() : null;
        Path base = parent == null ? working : parent;
        String state = environment.getOrDefault(STATE_BASE, "");
        return new Paths(base, state.isEmpty() ? base : Path.of(state), working);
    }

    /** Returns a file or directory that the configuration names. */
    public Path file(String path) {
        return base.resolve(path);
    }

    /** Returns the state directory. */
    public Path state(String path) {
        return stateBase.resolve(path);
    }

    /**
     * Returns the state directory that an earlier version created in the working directory, if the configuration now names
     * another one, which does not exist: starting from nothing would load all tables again and drop the slot.
     */
    public Optional<Path> leftInWorkingDirectory(String path) {
        Path left = working.resolve(path).toAbsolutePath().normalize();
        Path named = state(path).toAbsolutePath().normalize();
        return !named.equals(left) && !Files.exists(named) && Files.isRegularFile(left.resolve(LOCK))
                ? Optional.of(left)
                : Optional.empty();
    }
}
