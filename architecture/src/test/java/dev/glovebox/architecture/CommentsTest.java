package dev.glovebox.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every public type and method says what it is. Doclint's `missing` group would ask for a tag on
/// every parameter too (decision 3).
class CommentsTest {
    @Test
    void every_public_type_and_method_has_a_comment() throws IOException {
        assertThat(uncommented(sources())).isEmpty();
    }

    @Test
    void a_public_method_without_a_comment_is_found(
            @org.junit.jupiter.api.io.TempDir Path directory) throws IOException {
        Path source = directory.resolve("Bare.java");
        Files.writeString(
                source,
                """
                /// Has one.
                public class Bare {
                    public void silent() {}

                    /// Speaks.
                    public void speaking() {}

                    @Override
                    public String toString() {
                        return "";
                    }
                }
                """);

        assertThat(uncommented(List.of(source))).containsExactly("Bare.java:3 silent");
    }

    private static List<Path> sources() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                Path main = module.resolve("src/main/java");
                if (Files.isDirectory(main)) {
                    try (Stream<Path> files = Files.walk(main)) {
                        files.filter(file -> file.toString().endsWith(".java"))
                                .sorted()
                                .forEach(found::add);
                    }
                }
            }
        }
        assertThat(found).as("sources under %s", root).isNotEmpty();
        return found;
    }

    private static List<String> uncommented(List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> found = new ArrayList<>();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    new StringWriter(),
                                    files,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources));
            DocTrees comments = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                new Finder(unit, comments, found).scan(unit, null);
            }
        }
        return found;
    }

    private static final class Finder extends TreePathScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final DocTrees comments;
        private final List<String> found;

        Finder(CompilationUnitTree unit, DocTrees comments, List<String> found) {
            this.unit = unit;
            this.comments = comments;
            this.found = found;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
            if (isShown(type.getModifiers())) {
                require(type.getSimpleName().toString(), type);
                return super.visitClass(type, null);
            }
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
            if (isShown(method.getModifiers()) && !overrides(method)) {
                require(method.getName().toString(), method);
            }
            return null;
        }

        /// Whether strangers see it: public, or inside an interface, whose members all are.
        private boolean isShown(ModifiersTree modifiers) {
            if (modifiers.getFlags().contains(Modifier.PRIVATE)) {
                return false;
            }
            TreePath parent = getCurrentPath().getParentPath();
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || (parent != null && parent.getLeaf().getKind() == Tree.Kind.INTERFACE);
        }

        private static boolean overrides(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
        }

        private void require(String name, Tree tree) {
            String comment = comments.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                long start = comments.getSourcePositions().getStartPosition(unit, tree);
                String file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
                found.add(file + ":" + unit.getLineMap().getLineNumber(start) + " " + name);
            }
        }
    }
}
