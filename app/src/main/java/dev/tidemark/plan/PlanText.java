package dev.tidemark.plan;

import dev.tidemark.plan.SampleResult.Reject;
import dev.tidemark.sink.SinkField;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A plan as lines for people. What comes from rows and servers has its control characters escaped. */
public final class PlanText {

    /** Of a document, in characters: it is an example, and one of a wide row would fill the terminal. */
    private static final int SHOWN = 2_000;

    private final List<String> lines = new ArrayList<>();

    private PlanText() {}

    /** Returns the lines of one document's plan. */
    public static List<String> of(DocumentPlan plan) {
        PlanText text = new PlanText();
        text.add(plan);
        return text.lines;
    }

    private void add(DocumentPlan plan) {
        lines.add(plan.collection() + " <- " + plan.table() + ", id of " + String.join(" and ", plan.id()));
        DocumentPlan.There there = plan.there();
        line(
                "collection",
                there == null
                        ? "does not exist yet: it would be created with these fields"
                        : "is there as " + there.name() + ", " + there.documents() + " documents; " + verdict(plan));
        schema(plan.schema());
        plan.differences().forEach(difference -> line("differs", difference.message()));
        plan.changes().forEach(change -> line("change", change));
        plan.refusals().forEach(refusal -> line("REJECTED", refusal));
        String document = plan.document();
        if (document != null) {
            line("document", document.length() > SHOWN ? document.substring(0, SHOWN) + " ..." : document);
        }
        SampleResult sample = plan.sample();
        if (sample != null) {
            add(sample);
        }
    }

    /** Returns the verdict on a collection that exists; for an equal one it must not read as if it were to be created again. */
    private static String verdict(DocumentPlan plan) {
        if (!plan.changes().isEmpty()) {
            return "'run' alters it, see 'change'; the configuration wants these fields";
        }
        return plan.differences().isEmpty()
                ? "its fields are those that the configuration wants, nothing is changed"
                : "it stays as it is and differs, see 'differs'; the configuration wants these fields";
    }

    private void schema(DocumentPlan.Schema schema) {
        int width = schema.fields().stream()
                .mapToInt(field -> field.name().length())
                .max()
                .orElse(0);
        for (SinkField field : schema.fields()) {
            line("  field", field.name() + " ".repeat(width - field.name().length()) + "  " + Differences.words(field));
        }
        if (schema.enableNestedFields()) {
            line("  with", "enable_nested_fields");
        }
    }

    private void add(SampleResult sample) {
        String refused = sample.schemaRefused();
        if (refused != null) {
            line("REJECTED", "Typesense rejects this collection: " + refused);
        }
        int accepted = sample.rows() - sample.rejected();
        line(
                "sample",
                sample.rows() + " rows: " + accepted + (refused == null ? " accepted, " : " mapped, ")
                        + sample.rejected() + " rejected");
        for (Reject reject : sample.rejects()) {
            line(
                    "rejected",
                    key(reject) + (reject.field() == null ? "" : ", field " + reject.field()) + ": " + reject.error());
        }
        int more = sample.rejected() - sample.rejects().size();
        if (more > 0) {
            line("rejected", "and " + more + " more");
        }
        sample.advice().forEach(advice -> line("json", advice));
        String note = sample.note();
        if (note != null) {
            line("note", note);
        }
    }

    private static String key(Reject reject) {
        return reject.key().entrySet().stream()
                .map(column -> column.getKey() + "=" + (column.getValue() == null ? "NULL" : column.getValue()))
                .collect(Collectors.joining(", "));
    }

    private void line(String what, String text) {
        lines.add("  " + what + " ".repeat(Math.max(0, 10 - what.length())) + "  " + printable(text));
    }

    /** Escapes control characters: a value of a row must not control the terminal, nor split a line in two. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                printable.append("\\n");
            } else if (Character.isISOControl(c)) {
                printable.append(String.format("\\u%04x", c));
            } else {
                printable.appendCodePoint(c);
            }
        });
        return printable.toString();
    }
}
