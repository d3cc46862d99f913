package dev.tidemark.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import dev.tidemark.verify.Finding;
import dev.tidemark.verify.Kind;
import dev.tidemark.verify.Report;
import dev.tidemark.verify.UnknownException;
import dev.tidemark.verify.VerifyRequest;
import java.util.Set;

/** The route {@code /api/verify}. */
public final class VerifyApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private VerifyApi() {}

    static Answer start(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of(), Set.of("table", "collection", "sample", "repair"));
        long sample = request.number("sample");
        VerifyRequest wanted =
                new VerifyRequest(request.text("table"), request.text("collection"), sample, request.flag("repair"));
        if (pipeline.isPaused()) {
            throw new HttpProblem(
                    409, "the pipeline is paused, so documents are not what rows are now", "resume it first");
        }
        try {
            if (!pipeline.verify(wanted)) {
                throw new HttpProblem(
                        409, "a verification is running already", "GET /api/verify shows it; wait for its end");
            }
        } catch (UnknownException e) {
            throw new HttpProblem(404, String.valueOf(e.getMessage()), e.hint());
        }
        return Answer.json(202, JSON.createObjectNode().put("state", "running"));
    }

    static Answer report(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of(), Set.of());
        return Answer.json(
                200,
                pipeline.verification()
                        .map(VerifyApi::json)
                        .orElseGet(() -> JSON.createObjectNode().put("state", "none")));
    }

    /** Returns a report as JSON; what was found is listed once it has ended. */
    public static JsonNode json(Report report) {
        ObjectNode json = JSON.createObjectNode()
                .put("state", report.state().label())
                .put("equal", report.isEqual())
                .put("checked", report.checked())
                .put("missing", report.of(Kind.MISSING))
                .put("extra", report.of(Kind.EXTRA))
                .put("different", report.of(Kind.DIFFERENT))
                .put("repaired", report.repaired())
                .put("held", report.held())
                .put("busy", report.of(Kind.BUSY))
                .put("deadLetters", report.of(Kind.DEAD_LETTER))
                .put("invalid", report.of(Kind.INVALID))
                .put("unmappedFields", report.unmapped());
        ArrayNode findings = json.putArray("findings");
        if (report.state() != Report.State.RUNNING) {
            report.findings().forEach(finding -> findings.add(json(finding)));
        }
        json.put("findingsLeftOut", report.leftOut());
        if (!report.error().isEmpty()) {
            json.put("error", report.error()).put("hint", report.hint());
        }
        return json;
    }

    private static JsonNode json(Finding finding) {
        ObjectNode json = JSON.createObjectNode()
                .put("collection", finding.collection())
                .put("id", finding.id())
                .put("kind", finding.kind().label());
        ArrayNode fields = json.putArray("fields");
        finding.fields().forEach(fields::add);
        return json.put("repaired", finding.repaired());
    }
}
