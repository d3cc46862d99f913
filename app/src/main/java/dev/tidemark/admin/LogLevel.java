package dev.tidemark.admin;

import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.logging.Logging;
import java.util.Map;
import java.util.Set;

/** Level of the service's own loggers; a change applies until the next start. */
final class LogLevel {

    private LogLevel() {}

    static Answer answer() {
        return Answer.json(200, Map.of("level", Logging.level()));
    }

    static Answer change(Request request) throws HttpProblem {
        request.allow(Set.of(), Set.of("level"));
        String level = request.text("level");
        if (level == null || !Logging.level(level)) {
            throw new HttpProblem(
                    400,
                    level == null ? "'level' is missing" : "there is no level '" + level + "'",
                    "one of " + String.join(", ", Logging.LEVELS));
        }
        return answer();
    }
}
