package dev.glovebox.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The process's own terminal while it is raw: nothing is echoed, nothing is a signal, every byte
/// goes through. Closing it, or the end of the process, puts it back as it was.
///
/// Layouts and numbers are Linux's, the same on x86-64 and arm64 (asm-generic/termbits.h,
/// asm-generic/ioctls.h).
@SuppressWarnings("restricted") // foreign functions: the launcher says --enable-native-access
final class Terminal implements AutoCloseable {
    /// Columns and rows in characters.
    record Size(int columns, int rows) {}

    /// Is told of a new size.
    @FunctionalInterface
    interface SizeListener {
        void resized(int columns, int rows) throws IOException;
    }

    private static final int TERMIOS_BYTES = 60;
    private static final int TCSADRAIN = 1;
    private static final long TIOCGWINSZ = 0x5413;
    private static final Duration LOOK_AT_SIZE = Duration.ofMillis(100);
    private static final Linker LINKER = Linker.nativeLinker();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment before;
    private final Thread atExit = new Thread(this::restore, "terminal");
    private volatile boolean open = true;

    private Terminal() {
        before = arena.allocate(TERMIOS_BYTES);
    }

    static Size size() {
        var ioctl =
                function(
                        "ioctl",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2));
        try (var arena = Arena.ofConfined()) {
            var window = arena.allocate(ValueLayout.JAVA_SHORT, 4);
            if ((int) ioctl.invokeExact(Streams.OUT, TIOCGWINSZ, window) != 0) {
                return new Size(0, 0);
            }
            return new Size(
                    Short.toUnsignedInt(window.getAtIndex(ValueLayout.JAVA_SHORT, 1)),
                    Short.toUnsignedInt(window.getAtIndex(ValueLayout.JAVA_SHORT, 0)));
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl", e);
        }
    }

    /// Makes it raw.
    static Terminal raw() {
        var terminal = new Terminal();
        terminal.makeRaw();
        Runtime.getRuntime().addShutdownHook(terminal.atExit);
        return terminal;
    }

    /// Looks after the size and tells every change, until it is closed or the listener fails. The
    /// kernel's signal for it cannot be caught without the JDK's internals.
    void onResize(Size first, SizeListener listener) {
        Thread.ofPlatform().daemon().name("size").start(() -> follow(first, listener));
    }

    private void follow(Size first, SizeListener listener) {
        var last = first;
        while (open) {
            LockSupport.parkNanos(LOOK_AT_SIZE.toNanos());
            var now = size();
            if (!now.equals(last)) {
                try {
                    listener.resized(now.columns(), now.rows());
                } catch (IOException engineDone) {
                    return;
                }
                last = now;
            }
        }
    }

    private void makeRaw() {
        var get = function("tcgetattr", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
        var make =
                LINKER.downcallHandle(
                        symbol("cfmakeraw"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        try {
            if ((int) get.invokeExact(Streams.IN, before) != 0) {
                throw new CliException("standard input is not a terminal");
            }
            var raw = arena.allocate(TERMIOS_BYTES).copyFrom(before);
            make.invokeExact(raw);
            set(raw);
        } catch (CliException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("cannot make the terminal raw", e);
        }
    }

    private static void set(MemorySegment attributes) throws Throwable {
        var set =
                function(
                        "tcsetattr",
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS);
        if ((int) set.invokeExact(Streams.IN, TCSADRAIN, attributes) != 0) {
            throw new CliException("the terminal cannot be changed");
        }
    }

    private synchronized void restore() {
        if (!open) {
            return;
        }
        open = false;
        try {
            set(before);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot put the terminal back; type: stty sane", e);
        }
    }

    @Override
    public void close() {
        restore();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private static MethodHandle function(String name, java.lang.foreign.MemoryLayout... arguments) {
        return function(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static MethodHandle function(
            String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(symbol(name), type, options);
    }

    private static MemorySegment symbol(String name) {
        return LINKER.defaultLookup().find(name).orElseThrow();
    }
}
