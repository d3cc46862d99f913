package dev.tidemark.config;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Failure of an invalid configuration; the message has one line for each problem, in the order of the file. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /**
     * @param file the file as the user named it
     * @param problems what is wrong; at least one
     */
    public ConfigException(String file, List<Problem> problems) {
        // The lines say everything: a stack trace would only lead the reader into our code.
        super(
                problems.stream().map(problem -> problem.describe(file)).collect(Collectors.joining("\n")),
                null,
                false,
                false);
        this.problems = List.copyOf(problems);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }

    /** Returns all problems, by line. */
    public List<Problem> problems() {
        return problems;
    }
}
