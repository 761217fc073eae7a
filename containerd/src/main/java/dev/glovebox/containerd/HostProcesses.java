package dev.glovebox.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// Processes of this machine, found by their arguments as `/proc` shows them: what is derived needs
/// no record that could be stale.
final class HostProcesses {
    private HostProcesses() {}

    /// The processes whose arguments the predicate lets through.
    static List<ProcessHandle> find(Predicate<List<String>> arguments) {
        return ProcessHandle.allProcesses().filter(process -> is(process, arguments)).toList();
    }

    /// Whether a process lives and the predicate lets its arguments through.
    static boolean is(ProcessHandle process, Predicate<List<String>> arguments) {
        return arguments(process.pid()).filter(arguments).isPresent();
    }

    /// Ends a process: asks, and after `grace` insists. Returns when it is gone.
    static void end(ProcessHandle process, long graceSeconds) {
        process.destroy();
        if (!endsWithin(process, graceSeconds)) {
            process.destroyForcibly();
            if (!endsWithin(process, 10)) {
                throw new ContainerdException(
                        "process " + process.pid() + " survives SIGKILL: it waits in the kernel");
            }
        }
    }

    private static boolean endsWithin(ProcessHandle process, long seconds) {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return !process.isAlive();
        } catch (ExecutionException e) {
            throw new ContainerdException("waiting for process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerdException("interrupted while ending " + process.pid(), e);
        }
    }

    /// Whether the directory that a process works in was removed. False where it has ended.
    static boolean isWithoutDirectory(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"))
                    .toString()
                    .endsWith(" (deleted)");
        } catch (IOException e) {
            return false;
        }
    }

    /// Arguments of a process; empty when it is gone or a zombie.
    private static Optional<List<String>> arguments(long pid) {
        try {
            String text =
                    Files.readString(
                            Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            return text.isEmpty() ? Optional.empty() : Optional.of(List.of(text.split("\0", -1)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
