package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.commons.support.AnnotationSupport;

/// Two classes that run pods must never run at a time, so each class says whether it does.
class LanesTest {
    private static final List<Class<? extends Annotation>> LANES =
            List.of(RunsPods.class, WithoutNode.class, Isolated.class);

    private static List<Class<?>> classes() throws IOException, URISyntaxException {
        Path here =
                Path.of(
                        LanesTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        Path directory = here.resolve(LanesTest.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith("IT.class") && !file.contains("$"))
                    .<Class<?>>map(
                            file -> named(file.substring(0, file.length() - ".class".length())))
                    .toList();
        }
    }

    private static Class<?> named(String name) {
        try {
            return Class.forName(LanesTest.class.getPackageName() + "." + name, false, loader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static ClassLoader loader() {
        return LanesTest.class.getClassLoader();
    }

    @Test
    void each_class_is_in_one_lane() throws Exception {
        assertThat(classes())
                .hasSizeGreaterThan(40)
                .allSatisfy(each ->
                        assertThat(LANES)
                                .as(each.getSimpleName())
                                .filteredOn(lane -> AnnotationSupport.isAnnotated(each, lane))
                                .hasSize(1));
    }
}
