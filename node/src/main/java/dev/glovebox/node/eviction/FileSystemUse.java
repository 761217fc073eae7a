package dev.glovebox.node.eviction;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// What a file system has and what of it is free, as statvfs(3) tells it; the JDK does not tell
/// inodes. The layout is the one of 64-bit Linux, glibc and musl alike.
///
/// @param bytes for those who are not root
public record FileSystemUse(Observation bytes, Observation inodes) {
    private static final int STATVFS_BYTES = 112;
    private static final int FRAGMENT = 1;
    private static final int BLOCKS = 2;
    private static final int BLOCKS_AVAILABLE = 4;
    private static final int FILES = 5;
    private static final int FILES_FREE = 6;

    /// Loaded when it is first asked for.
    @SuppressWarnings("restricted") // foreign functions: the launcher says --enable-native-access
    private static final class Call {
        static final MethodHandle STATVFS =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().find("statvfs").orElseThrow(),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS));
    }

    /// The file system that a path lies on; empty where there is no such path.
    public static Optional<FileSystemUse> of(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment told = arena.allocate(STATVFS_BYTES, Long.BYTES);
            int result = (int) Call.STATVFS.invokeExact(arena.allocateFrom(path.toString()), told);
            if (result != 0) {
                return Optional.empty();
            }
            long fragment = at(told, FRAGMENT);
            return Optional.of(
                    new FileSystemUse(
                            new Observation(
                                    at(told, BLOCKS_AVAILABLE) * fragment,
                                    at(told, BLOCKS) * fragment),
                            new Observation(at(told, FILES_FREE), at(told, FILES))));
        } catch (Throwable e) {
            throw new IllegalStateException("statvfs", e);
        }
    }

    private static long at(MemorySegment told, int index) {
        return told.getAtIndex(ValueLayout.JAVA_LONG, index);
    }
}
