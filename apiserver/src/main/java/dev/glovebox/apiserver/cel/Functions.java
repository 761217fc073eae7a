package dev.glovebox.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Functions with their declarations, while they are put together.
final class Functions {
    private final Map<String, List<CelOverloadDecl>> declared = new LinkedHashMap<>();
    private final List<CelFunctionBinding> bindings = new ArrayList<>();

    /// A function `name(a)`.
    <A> Functions global(
            String name,
            String id,
            CelType result,
            CelType type,
            Class<A> of,
            CelFunctionOverload.Unary<A> function) {
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, type));
        bindings.add(CelFunctionBinding.from(id, of, function));
        return this;
    }

    /// A function `name()` that is always the same.
    Functions constant(String name, String id, CelType result, CelFunctionOverload value) {
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, List.of()));
        bindings.add(CelFunctionBinding.from(id, List.of(), value));
        return this;
    }

    /// A function `name(a, b)`.
    <A, B> Functions global(
            String name,
            String id,
            CelType result,
            List<CelType> types,
            Class<A> left,
            Class<B> right,
            CelFunctionOverload.Binary<A, B> function) {
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, types));
        bindings.add(CelFunctionBinding.from(id, left, right, function));
        return this;
    }

    /// A function `name(a, b)` of two lists.
    @SuppressWarnings("rawtypes")
    Functions global(
            String name,
            String id,
            CelType result,
            List<CelType> types,
            CelFunctionOverload.Binary<List, List> function) {
        declare(name, CelOverloadDecl.newGlobalOverload(id, result, types));
        bindings.add(CelFunctionBinding.from(id, List.class, List.class, function));
        return this;
    }

    /// A function `a.name()`.
    <A> Functions member(
            String name,
            String id,
            CelType result,
            CelType type,
            Class<A> of,
            CelFunctionOverload.Unary<A> function) {
        declare(name, CelOverloadDecl.newMemberOverload(id, result, type));
        bindings.add(CelFunctionBinding.from(id, of, function));
        return this;
    }

    /// A function `a.name(b)`.
    <A, B> Functions member(
            String name,
            String id,
            CelType result,
            List<CelType> types,
            Class<A> left,
            Class<B> right,
            CelFunctionOverload.Binary<A, B> function) {
        declare(name, CelOverloadDecl.newMemberOverload(id, result, types));
        bindings.add(CelFunctionBinding.from(id, left, right, function));
        return this;
    }

    /// A function `a.name(b, ...)`.
    Functions member(
            String name,
            String id,
            CelType result,
            List<CelType> types,
            List<Class<?>> classes,
            CelFunctionOverload function) {
        declare(name, CelOverloadDecl.newMemberOverload(id, result, types));
        bindings.add(CelFunctionBinding.from(id, classes, function));
        return this;
    }

    private void declare(String name, CelOverloadDecl overload) {
        declared.computeIfAbsent(name, any -> new ArrayList<>()).add(overload);
    }

    List<CelFunctionDecl> declarations() {
        return declared.entrySet().stream()
                .map(each -> CelFunctionDecl.newFunctionDeclaration(each.getKey(), each.getValue()))
                .toList();
    }

    List<CelFunctionBinding> bindings() {
        return bindings;
    }
}
