package dev.glovebox.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelStringExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.HomogeneousLiteralValidator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The language with Kubernetes' functions, over variables of given types. Safe for use by any
/// thread. Source: apiserver's `cel/environment`, of which what is newer than the release before is
/// not for expressions that are new. What it has not, such as `jsonpatch`, is unknown here, and an
/// expression that names it does not compile.
final class Environment {
    private static final Set<String> FREE =
            Set.of(
                    "_[_]",
                    "_[?_]",
                    "_?._",
                    "_?_:_",
                    "_&&_",
                    "_||_",
                    "!_",
                    "@not_strictly_false",
                    "dyn",
                    "type",
                    "optional.of",
                    "optional.none",
                    "hasValue",
                    "value",
                    "orValue",
                    "or");

    private static final Functions FUNCTIONS = functions();
    private static final CelRuntime RUNTIME = runtime();

    private final CelCompiler compiler;
    private final CelValidator validator;

    private Environment(CelCompiler compiler) {
        this.compiler = compiler;
        this.validator =
                CelValidatorFactory.standardCelValidatorBuilder(compiler, RUNTIME)
                        .addAstValidators(
                                new LiteralCheck(),
                                HomogeneousLiteralValidator.newInstance("format"))
                        .build();
    }

    private static Functions functions() {
        Functions functions = new Functions();
        ListFunctions.addTo(functions);
        TextFunctions.addTo(functions);
        RegexFunctions.addTo(functions);
        QuantityFunctions.addTo(functions);
        UrlFunctions.addTo(functions);
        IpFunctions.addTo(functions);
        SemverFunctions.addTo(functions);
        FormatFunctions.addTo(functions);
        AccessFunctions.addTo(functions);
        return functions;
    }

    private static CelStringExtensions texts() {
        return CelExtensions.strings(
                CelStringExtensions.Function.CHAR_AT,
                CelStringExtensions.Function.LOWER_ASCII,
                CelStringExtensions.Function.UPPER_ASCII,
                CelStringExtensions.Function.SUBSTRING,
                CelStringExtensions.Function.TRIM,
                CelStringExtensions.Function.QUOTE);
    }

    private static CelRuntime runtime() {
        CelRuntimeBuilder builder =
                CelRuntimeFactory.plannerRuntimeBuilder()
                        .setOptions(Operators.OPTIONS)
                        .setStandardFunctions(Operators.others())
                        .addLibraries(
                                CelExtensions.optional(), texts(), CelExtensions.comprehensions());
        return builder.addFunctionBindings(Operators.bindings())
                .addFunctionBindings(FUNCTIONS.bindings())
                .build();
    }

    /// The language over variables.
    ///
    /// @param types that the variables' types refer to by name
    static Environment of(Map<String, CelType> variables, CelTypeProvider types) {
        CelCompilerBuilder builder =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(Operators.OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .setTypeProvider(types)
                        .addFunctionDeclarations(FUNCTIONS.declarations())
                        .addLibraries(
                                CelExtensions.optional(), texts(), CelExtensions.comprehensions());
        variables.forEach(builder::addVar);
        return new Environment(builder.build());
    }

    /// Why an expression does not compile, in Kubernetes' words.
    static final class CompileException extends Exception {
        private static final long serialVersionUID = 1L;

        CompileException(String message) {
            super(message);
        }
    }

    /// Compiles an expression.
    ///
    /// @param result what it has to evaluate to
    /// @param otherwise what is said when it evaluates to something else, in place of `%s` the name
    ///   of what that is
    Expression compile(String text, CelType result, String otherwise) throws CompileException {
        try {
            CelAbstractSyntaxTree tree = faultless(compiler.compile(text));
            faultless(validator.validate(tree));
            if (!tree.getResultType().equals(result)) {
                throw new CompileException(otherwise.replace("%s", tree.getResultType().name()));
            }
            return new Expression(tree, RUNTIME.createProgram(tree), looks(tree), variables(tree));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new CompileException("program instantiation failed: " + e.getMessage());
        }
    }

    private static CelAbstractSyntaxTree faultless(CelValidationResult checked)
            throws CompileException, CelValidationException {
        if (checked.hasError()) {
            throw new CompileException(
                    "compilation failed: "
                            + checked.getErrorString().replaceAll(" \\(candidates: .*\\)", ""));
        }
        return checked.getAst();
    }

    private static Set<String> variables(CelAbstractSyntaxTree tree) {
        Set<String> names = new HashSet<>();
        nodes(tree)
                .filter(node -> node.exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT)
                .forEach(node -> names.add(node.ident().name()));
        return names;
    }

    private static Map<Long, Expression.Look> looks(CelAbstractSyntaxTree tree) {
        Map<Long, Expression.Look> looks = new HashMap<>();
        nodes(tree)
                .filter(node -> node.exprKind().getKind() == CelExpr.ExprKind.Kind.CALL)
                .map(CelExpr::call)
                .filter(call -> !FREE.contains(call.function()))
                .forEach(call ->
                        Stream.concat(call.target().stream(), call.args().stream())
                                .forEach(
                                        operand -> looks.put(operand.id(), look(call.function()))));
        return looks;
    }

    private static Expression.Look look(String function) {
        return switch (function) {
            case "_+_" -> Expression.Look.ITEMS;
            case "size" -> Expression.Look.SIZE;
            default -> Expression.Look.ALL;
        };
    }

    private static Stream<CelExpr> nodes(CelAbstractSyntaxTree tree) {
        List<CelNavigableExpr> all = CelNavigableExpr.fromExpr(tree.getExpr()).allNodes().toList();
        return all.stream().map(CelNavigableExpr::expr);
    }
}
