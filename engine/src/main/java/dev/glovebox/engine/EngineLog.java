package dev.glovebox.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/// Where the engine's log goes.
final class EngineLog {
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %msg %kvp%n%ex";
    private static final FileSize LARGEST = new FileSize(8L << 20);
    private static final int OLD_FILES = 3;
    private static final FileSize LARGEST_AUDIT = new FileSize(32L << 20);
    private static final int OLD_AUDITS = 5;
    private static final Logger AUDIT =
            (Logger) LoggerFactory.getLogger("dev.glovebox.engine.audit");

    private EngineLog() {}

    /// Into a file, which is rotated by size.
    static void toFile(Path file) {
        LoggerContext context = reset();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        attach(root, rolling(context, file, LARGEST, OLD_FILES), Level.INFO, PATTERN);
    }

    /// The record of requests into a file of its own, rotated by size.
    static void auditTo(Path file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        AUDIT.setAdditive(false);
        attach(AUDIT, rolling(context, file, LARGEST_AUDIT, OLD_AUDITS), Level.INFO, "%msg%n");
    }

    /// Records a request.
    ///
    /// @param event one line of JSON
    static void audit(String event) {
        AUDIT.info(event);
    }

    private static RollingFileAppender<ILoggingEvent> rolling(
            LoggerContext context, Path file, FileSize largest, int oldFiles) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
        rolling.setContext(context);
        rolling.setParent(appender);
        rolling.setFileNamePattern(file + ".%i");
        rolling.setMaxIndex(oldFiles);
        rolling.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> trigger = new SizeBasedTriggeringPolicy<>();
        trigger.setContext(context);
        trigger.setMaxFileSize(largest);
        trigger.start();
        appender.setRollingPolicy(rolling);
        appender.setTriggeringPolicy(trigger);
        appender.setContext(context);
        return appender;
    }

    /// To standard error, warnings and worse only: for a purge, which removes the log itself.
    static void toConsole() {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        Logger root = reset().getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        attach(root, appender, Level.WARN, PATTERN);
    }

    private static LoggerContext reset() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.getLogger("io.netty").setLevel(Level.WARN);
        // gRPC asks unix sockets for TCP's keepalive, which Netty warns of at every connection.
        context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
        context.getLogger("io.grpc").setLevel(Level.WARN);
        return context;
    }

    private static void attach(
            Logger logger,
            OutputStreamAppender<ILoggingEvent> appender,
            Level level,
            String pattern) {
        LoggerContext context = logger.getLoggerContext();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        logger.setLevel(level);
        logger.addAppender(appender);
    }
}
