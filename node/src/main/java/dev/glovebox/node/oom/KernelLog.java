package dev.glovebox.node.oom;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The kernel's log, record by record, without ever waiting for one: what the kernel said before
/// something happened can be read when that is known. The JDK cannot open a file so. Not for
/// several threads at once.
@SuppressWarnings("restricted") // foreign functions: the launcher says --enable-native-access
final class KernelLog implements OomKills.Records {
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /// Records were overwritten before they were read; the next read goes on behind them.
    private static final int EPIPE = 32;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ =
            function("read", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private final int descriptor;

    private KernelLog(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Opens the log at the oldest record that the kernel still has.
    ///
    /// @throws IOException where there is none, or it may not be read
    static KernelLog open(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
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
            MemorySegment state = arena.allocate(STATE);
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
                switch ((int) ERRNO.get(state, 0L)) {
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
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close", e);
        }
    }

    private static IOException refused(String call, MemorySegment state) {
        return new IOException(call + ": error " + (int) ERRNO.get(state, 0L));
    }

    private static MethodHandle function(
            String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(), descriptor, all);
    }
}
