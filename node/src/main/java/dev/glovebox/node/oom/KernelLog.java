package dev.glovebox.node.oom;

import dev.glovebox.node.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The kernel's log, record by record, without ever waiting for one: what the kernel said before
/// something happened can be read when that is known. The JDK cannot open a file so. Not for
/// several threads at once.
final class KernelLog implements OomKills.Records {
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /// Records were overwritten before they were read; the next read goes on behind them.
    private static final int EPIPE = 32;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle OPEN =
            Libc.function(
                    "open",
                    FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ =
            Libc.function("read", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));

    private final int descriptor;

    private KernelLog(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens the log at the oldest record that the kernel still has.
    ///
    /// @throws IOException where there is none, or it may not be read
    static KernelLog open(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            int descriptor =
                    (int)
                            OPEN.invokeExact(
                                    state,
                                    arena.allocateFrom(file.toString()),
                                    O_NONBLOCK | O_CLOEXEC);
            if (descriptor < 0) {
                throw refused("open of " + file, state);
            }
            return new KernelLog(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("open", e);
        }
    }

    @Override
    public Optional<String> next() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            MemorySegment record = arena.allocate(OomKill.LONGEST);
            while (true) {
                long length =
                        (long) READ.invokeExact(state, descriptor, record, (long) OomKill.LONGEST);
                if (length >= 0) {
                    byte[] bytes = record.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                    return length == 0
                            ? Optional.empty()
                            : Optional.of(new String(bytes, StandardCharsets.UTF_8));
                }
                switch (Libc.errno(state)) {
                    case EINTR, EPIPE -> {}
                    case EAGAIN -> {
                        return Optional.empty();
                    }
                    default -> throw refused("read of the kernel's log", state);
                }
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("read", e);
        }
    }

    @Override
    public void close() {
        Libc.close(descriptor);
    }

    private static IOException refused(String call, MemorySegment state) {
        return new IOException(call + ": error " + Libc.errno(state));
    }
}
