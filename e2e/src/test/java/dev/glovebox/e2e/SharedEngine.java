package dev.glovebox.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A class whose tests use the engine that all such classes share: it is started before the first
/// of them and purged after the last, also when tests failed. Parameters of type [Engine] and
/// [Kubectl] (the newest) are resolved.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedEngine.Resolver.class)
@RunsPods
@interface SharedEngine {

    /// Started once; closed by JUnit when the whole run ends.
    final class Running implements AutoCloseable {
        private final Engine engine = Engine.in(205);
        private final Kubectl kubectl;

        Running() {
            try {
                engine.up().ok();
                kubectl = engine.kubectl();
            } catch (AssertionError | RuntimeException e) {
                System.err.println(engine.run("logs"));
                System.err.println(engine.purge());
                throw e;
            }
        }

        @Override
        public void close() {
            if (Boolean.getBoolean("glovebox.keep")) {
                System.err.println("kept: " + engine);
                return;
            }
            engine.purge().ok();
        }
    }

    /// Gives tests the engine and its kubectl.
    final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            var type = parameter.getParameter().getType();
            return type.equals(Engine.class) || type.equals(Kubectl.class);
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            var running =
                    context.getRoot()
                            .getStore(ExtensionContext.Namespace.GLOBAL)
                            .computeIfAbsent(Running.class, key -> new Running(), Running.class);
            return parameter.getParameter().getType().equals(Engine.class)
                    ? running.engine
                    : running.kubectl;
        }
    }
}
