package dev.tidemark.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidemark.approval.Approval;
import dev.tidemark.approval.Approval.Verdict;
import dev.tidemark.approval.Approvals;
import dev.tidemark.http.Answer;
import dev.tidemark.http.HttpProblem;
import dev.tidemark.http.Request;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The routes under {@code /api/approvals}, and the form of an approval in JSON. */
public final class ApprovalApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ApprovalApi() {}

    static Answer list(Request request, Operations pipeline) throws HttpProblem {
        request.allow(Set.of(), Set.of());
        return Answer.json(200, Map.of("approvals", json(pipeline.approvals().all())));
    }

    static Answer decide(Request request, Operations pipeline) throws HttpProblem, IOException {
        request.allow(Set.of(), Set.of("abandon"));
        Verdict wanted = request.flag("abandon") ? Verdict.ABANDONED : Verdict.APPROVED;
        Approvals approvals = pipeline.approvals();
        Approval decided = approvals
                .decide(request.last(), wanted)
                .orElseThrow(() -> new HttpProblem(
                        404, "no approval has the id '" + request.last() + "'", "GET /api/approvals lists them"));
        if (decided.verdict() != wanted) {
            throw new HttpProblem(
                    409,
                    request.last() + " was " + label(decided.verdict()) + " before",
                    "the first decision is carried out");
        }
        pipeline.approved();
        return Answer.json(200, json(decided));
    }

    private static String label(@org.jspecify.annotations.Nullable Verdict verdict) {
        return verdict == null ? "" : verdict.name().toLowerCase(Locale.ROOT);
    }

    /** Returns approvals as API and command show them. */
    public static List<ObjectNode> json(List<Approval> approvals) {
        return approvals.stream().map(ApprovalApi::json).toList();
    }

    /** Returns one approval as API and command show it; its {@code verdict} is null until it is decided. */
    public static ObjectNode json(Approval of) {
        ObjectNode json = JSON.valueToTree(of);
        return json.put("verdict", of.verdict() == null ? null : label(of.verdict()));
    }
}
