package dev.tidemark.expression;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Functions alongside CEL's own. Each may be written both ways, {@code lower(row.name)} and {@code row.name.lower()}. For any
 * number of arguments a function has one form only, so that the checker always knows which one is meant.
 */
final class Library {

    private final Map<String, List<CelOverloadDecl>> overloads = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /** Adds a function whose result is null if its first argument is null. */
    void add(String name, CelType result, List<CelType> parameters, CelFunctionOverload body) {
        addStrict(name, result, parameters, args -> args[0] instanceof NullValue ? args[0] : body.apply(args));
    }

    /** Adds a function that sees nulls. */
    void addStrict(String name, CelType result, List<CelType> parameters, CelFunctionOverload body) {
        String id = name + "_" + parameters.size();
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, parameters));
        bind(id, parameters.size(), body);
        String memberId = "of_" + id;
        declare(name, CelOverloadDecl.newMemberOverload(memberId, result, parameters));
        bind(memberId, parameters.size(), body);
    }

    private void declare(String name, CelOverloadDecl overload) {
        overloads.computeIfAbsent(name, same -> new ArrayList<>()).add(overload);
    }

    private void bind(String id, int arguments, CelFunctionOverload body) {
        bindings.add(
                switch (arguments) {
                    case 1 -> CelFunctionBinding.from(id, Object.class, one -> body.apply(new Object[] {one}));
                    case 2 ->
                        CelFunctionBinding.from(
                                id, Object.class, Object.class, (one, two) -> body.apply(new Object[] {one, two}));
                    default -> CelFunctionBinding.from(id, Collections.nCopies(arguments, Object.class), body);
                });
    }

    List<CelFunctionDecl> declarations() {
        List<CelFunctionDecl> declarations = new ArrayList<>();
        overloads.forEach((name, of) -> declarations.add(CelFunctionDecl.newFunctionDeclaration(name, of)));
        return declarations;
    }

    List<CelFunctionBinding> bindings() {
        return bindings;
    }
}
