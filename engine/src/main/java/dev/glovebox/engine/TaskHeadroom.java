package dev.glovebox.engine;

import dev.glovebox.node.NodeSettings;
import dev.glovebox.runtimes.Evidence;
import dev.glovebox.runtimes.Handler;
import java.util.HashMap;
import java.util.Map;

/// How many tasks of the host's a handler's pods may have beside what their own limit of processes
/// says: where a pod has a kernel of its own, that limit ends the whole pod, and the kernel's own
/// threads count. Pure.
final class TaskHeadroom {
    /// A kernel has more threads at work than it was seen to have at rest.
    private static final long TIMES = 2;

    private TaskHeadroom() {}

    /// By handler: twice what its probe pod had, and not less than is usual. The empty name is that
    /// of pods without a class.
    static Map<String, Long> of(ProvenHandlers handlers) {
        Map<String, Long> tasks = new HashMap<>();
        for (Handler handler : handlers.withOwnKernel()) {
            long seen = handlers.evidence(handler.name()).map(Evidence::hostTasks).orElse(0L);
            long room = Math.max(NodeSettings.GVISOR_TASKS, TIMES * seen);
            tasks.put(handler.name(), room);
            if (handlers.isStandard(handler)) {
                tasks.put("", room);
            }
        }
        return tasks;
    }
}
