package dev.glovebox.node.volume;

import dev.glovebox.node.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The system calls that the JDK has no word for: opening a file without ever leaving a directory,
/// and mounting what was opened. Numbers and layouts are Linux's, the same on x86-64 and arm64
/// (`asm-generic/fcntl.h`, `linux/openat2.h`, `linux/mount.h`); the number of openat2(2) is the
/// same on every architecture.
final class SystemCalls {
    static final int ENOENT = 2;
    static final int EAGAIN = 11;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;

    private static final int AT_FDCWD = -100;
    private static final long O_PATH = 0x200000;
    private static final long O_CLOEXEC = 0x80000;
    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_BENEATH = 0x08;
    private static final long MS_NOSUID = 0x2;
    private static final long MS_NODEV = 0x4;
    private static final long MS_BIND = 0x1000;
    private static final long MS_SLAVE = 0x80000;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;
    private static final long OPENAT2 = 437;
    private static final long OPEN_HOW_BYTES = 24;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle OPEN_BENEATH =
            Libc.function(
                    "syscall",
                    FunctionDescriptor.of(
                            LONG, LONG, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, LONG),
                    Linker.Option.firstVariadicArg(1));
    private static final MethodHandle MKDIRAT =
            Libc.function("mkdirat", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle MOUNT =
            Libc.function(
                    "mount",
                    FunctionDescriptor.of(
                            INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            LONG,
                            ValueLayout.ADDRESS));
    private static final MethodHandle UMOUNT2 =
            Libc.function("umount2", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT));

    private SystemCalls() {}

    /// What the kernel refused.
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        /// The kernel's number for the cause.
        final int errno;

        Refusal(String call, int errno) {
            super(call + ": error " + errno);
            this.errno = errno;
        }
    }

    /// A file that is held, whatever becomes of its name (`O_PATH`: neither read nor written).
    record Held(int descriptor) implements AutoCloseable {
        /// A path that leads to this very file, in this process.
        Path path() {
            return Path.of("/proc/self/fd", Integer.toString(descriptor));
        }

        @Override
        public void close() {
            Libc.close(descriptor);
        }
    }

    /// Holds a file by its path, whose links are followed: for paths that are nobody else's.
    static Held hold(Path path) throws Refusal {
        return open(AT_FDCWD, path.toString(), 0);
    }

    /// Holds a file below a directory. Links are followed as long as they lead nowhere else, also
    /// when somebody changes them meanwhile: else it is refused (openat2(2), `RESOLVE_BENEATH`).
    static Held holdBeneath(Held directory, String path) throws Refusal {
        return open(directory.descriptor(), path, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    }

    private static Held open(int directory, String path, long resolve) throws Refusal {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            MemorySegment how = arena.allocate(OPEN_HOW_BYTES, Long.BYTES);
            how.set(LONG, 0, O_PATH | O_CLOEXEC);
            how.set(LONG, 2 * Long.BYTES, resolve);
            long result =
                    (long)
                            OPEN_BENEATH.invokeExact(
                                    state,
                                    OPENAT2,
                                    directory,
                                    arena.allocateFrom(path),
                                    how,
                                    OPEN_HOW_BYTES);
            return new Held((int) checked("openat2", result, state));
        } catch (Refusal e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("openat2", e);
        }
    }

    /// Makes a directory of one name in a directory; its mode is narrowed by the process's umask.
    static void makeDirectory(Held parent, String name, int mode) throws Refusal {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            int result =
                    (int)
                            MKDIRAT.invokeExact(
                                    state, parent.descriptor(), arena.allocateFrom(name), mode);
            checked("mkdirat", result, state);
        } catch (Refusal e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mkdirat", e);
        }
    }

    /// Mounts what is held at another place as well. What is mounted in it later, or taken away, is
    /// so there too; nothing that happens there comes back.
    ///
    /// @param target of the same kind, directory or not, on a path that is nobody else's
    static void bind(Held source, Path target) throws Refusal {
        mount(source.path().toString(), target, "none", MS_BIND, "");
        mount("none", target, "none", MS_SLAVE, "");
    }

    /// Mounts memory as a file system, for programs that may have owners of their own and devices.
    ///
    /// @param target a directory on a path that is nobody else's
    /// @param options of tmpfs(5), comma separated
    static void memory(Path target, String options) throws Refusal {
        mount("tmpfs", target, "tmpfs", 0, options);
    }

    /// The same for data alone.
    static void memoryOfData(Path target, String options) throws Refusal {
        mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, options);
    }

    /// @param options the file system's own
    private static void mount(String source, Path target, String type, long flags, String options)
            throws Refusal {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            int result =
                    (int)
                            MOUNT.invokeExact(
                                    state,
                                    arena.allocateFrom(source),
                                    arena.allocateFrom(target.toString()),
                                    arena.allocateFrom(type),
                                    flags,
                                    arena.allocateFrom(options));
            checked("mount", result, state);
        } catch (Refusal e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("mount", e);
        }
    }

    /// Takes the topmost mount at a path away; who still uses it does so to its end.
    static void detach(Path at) throws Refusal {
        unmount(at, MNT_DETACH);
    }

    /// Takes the topmost mount at a path away, which is refused while it is in use.
    static void unmount(Path at) throws Refusal {
        unmount(at, 0);
    }

    private static void unmount(Path at, int how) throws Refusal {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = Libc.state(arena);
            int result =
                    (int)
                            UMOUNT2.invokeExact(
                                    state,
                                    arena.allocateFrom(at.toString()),
                                    how | UMOUNT_NOFOLLOW);
            checked("umount2", result, state);
        } catch (Refusal e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("umount2", e);
        }
    }

    private static long checked(String call, long result, MemorySegment state) throws Refusal {
        if (result < 0) {
            throw new Refusal(call, Libc.errno(state));
        }
        return result;
    }
}
