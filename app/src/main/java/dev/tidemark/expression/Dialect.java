package dev.tidemark.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;

/** CEL as it is spoken here: its standard functions and macros, and our own functions. Any thread. */
public final class Dialect {

    /** Max iterations of all loops of one expression for one row; a list may be as long as a column allows. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private static final CelOptions OPTIONS = CelOptions.current()
            .enableHeterogeneousNumericComparisons(true)
            .comprehensionMaxIterations(MOST_ITERATIONS)
            .build();

    private static final Library LIBRARY = new Library();

    static {
        TextFunctions.addTo(LIBRARY);
        ValueFunctions.addTo(LIBRARY);
    }

    private static final CelParser PARSER = CelParserFactory.standardCelParserBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .build();

    private static final CelRuntime RUNTIME = CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(OPTIONS)
            .addFunctionBindings(LIBRARY.bindings())
            .build();

    private Dialect() {}

    /** Returns what is wrong with an expression, regardless of the columns; empty if it can be parsed. */
    public static List<Fault> syntaxFaults(String text) {
        return Faults.of(PARSER.parse(text));
    }

    /** Parses an expression that has no syntax errors. */
    static CelAbstractSyntaxTree parse(String text) {
        try {
            return PARSER.parse(text).getAst();
        } catch (CelValidationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static CelCompilerBuilder compiler() {
        return CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addFunctionDeclarations(LIBRARY.declarations());
    }

    static CelRuntime runtime() {
        return RUNTIME;
    }
}
