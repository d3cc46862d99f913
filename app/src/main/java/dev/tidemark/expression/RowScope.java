package dev.tidemark.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelReference;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.runtime.CelEvaluationException;
import dev.tidemark.connector.data.Column;
import dev.tidemark.connector.data.RowSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Scope of the expressions over the rows of one schema: each column as a typed variable {@code row.<column>}. All look-ups
 * by name happen here. Its expressions share what was read of a row: one thread at a time.
 */
public final class RowScope {

    private final RowSchema schema;
    private final RowValues values;
    private final Map<String, Compilation> compiled = new HashMap<>();
    private @Nullable CelCompiler compiler;

    /** Creates the scope of a schema; cheap as long as nothing is compiled. */
    public RowScope(RowSchema schema) {
        this.schema = schema;
        this.values = new RowValues(schema);
    }

    /** Compiles an expression and checks its types; returns the earlier result if it was compiled before. */
    public Compilation compile(String text) {
        return compiled.computeIfAbsent(text, this::compiled);
    }

    private Compilation compiled(String text) {
        try {
            CelValidationResult parsed = compiler().parse(text);
            if (parsed.hasError()) {
                return Compilation.failed(Faults.of(parsed));
            }
            List<Fault> unknown = Faults.unknownColumns(parsed.getAst(), schema);
            if (!unknown.isEmpty()) {
                return Compilation.failed(unknown);
            }
            CelValidationResult checked = compiler().check(parsed.getAst());
            return checked.hasError() ? Compilation.failed(Faults.of(checked)) : plan(text, checked.getAst());
        } catch (CelValidationException | CelEvaluationException e) {
            return Compilation.failed(List.of(new Fault(0, String.valueOf(e.getMessage()), null)));
        }
    }

    private Compilation plan(String text, CelAbstractSyntaxTree ast) throws CelEvaluationException {
        List<Fault> literals = Literals.faults(ast);
        if (!literals.isEmpty()) {
            return Compilation.failed(literals);
        }
        return Compilation.of(new RowExpression(
                text,
                Dialect.runtime().createProgram(ast),
                values,
                columns(ast).stream().mapToInt(Integer::intValue).toArray(),
                ResultType.of(ast.getResultType())));
    }

    private SortedSet<Integer> columns(CelAbstractSyntaxTree ast) {
        SortedSet<Integer> columns = new TreeSet<>();
        for (CelReference reference : ast.getReferenceMap().values()) {
            String name = reference.name();
            // If a local variable has the same name, the checker puts a dot before ours.
            int index = RowValues.column(schema, name.startsWith(".") ? name.substring(1) : name);
            if (index >= 0) {
                columns.add(index);
            }
        }
        return columns;
    }

    private CelCompiler compiler() {
        CelCompiler made = compiler;
        if (made == null) {
            CelCompilerBuilder builder = Dialect.compiler();
            for (Column column : schema.columns()) {
                builder.addVar(RowValues.PREFIX + column.name(), Types.of(column.type()));
            }
            made = builder.build();
            compiler = made;
        }
        return made;
    }
}
