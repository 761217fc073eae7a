package dev.glovebox.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/// A class whose tests run pods, or look at what the machine has: one such class runs at a time.
/// Beside it runs one that is [WithoutNode].
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock("pods")
@interface RunsPods {}
