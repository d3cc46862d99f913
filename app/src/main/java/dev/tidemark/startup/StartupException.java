package dev.tidemark.startup;

import dev.tidemark.connector.Check;
import java.util.List;

/** The service fails to start until the operator has acted; contains every finding at once (invariant 7). Exit code 2. */
public final class StartupException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Check> findings;

    public StartupException(List<Check> findings) {
        super(findings.stream()
                .map(StartupException::line)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("refused"));
        this.findings = List.copyOf(findings);
    }

    List<Check> findings() {
        return findings;
    }

    /** Returns a finding in one line: what was checked, what was found, what to do. */
    public static String line(Check check) {
        return check.words() + (check.hint().isEmpty() ? "" : "; " + check.hint());
    }
}
