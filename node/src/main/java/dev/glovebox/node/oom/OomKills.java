package dev.glovebox.node.oom;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many processes of which pods the kernel killed for want of memory, from its own log: it is
/// written before the process is killed, so whoever knows of an end finds there what was its cause,
/// also when the cgroup is gone by then. It is evidence beside the cgroups' counters, not in their
/// place: the kernel tells of at most ten kills in 5 s, and a short log is overwritten.
///
/// Any thread; none waits for the log. Lock order: `this` only.
public final class OomKills implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OomKills.class);
    private static final int MOST_CGROUPS = 4096;

    /// Records of the kernel's log.
    interface Records extends AutoCloseable {
        /// The next one; empty while there is none.
        ///
        /// @throws IOException where the log cannot be read any more
        Optional<String> next() throws IOException;

        @Override
        void close();
    }

    private final String root;

    @GuardedBy("this")
    private Optional<Records> records;

    /// By cgroup, those that were heard of longest ago first.
    @GuardedBy("this")
    private final Map<String, Long> kills = new LinkedHashMap<>();

    /// @param root cgroup of all pods of the node; what is elsewhere is nobody's
    OomKills(String root, Optional<Records> records) {
        this.root = root + "/";
        this.records = records;
    }

    /// Those of this machine's pods. Where its log cannot be read that is told in ours, and there
    /// are none.
    ///
    /// @param root cgroup of all pods of the node
    public static OomKills ofThisMachine(String root) {
        try {
            return new OomKills(root, Optional.of(KernelLog.open(Path.of("/dev/kmsg"))));
        } catch (IOException e) {
            told(e);
            return none();
        }
    }

    /// Where nothing needs to be known of them.
    public static OomKills none() {
        return new OomKills("", Optional.empty());
    }

    private static void told(IOException cause) {
        LOG.atWarn()
                .addKeyValue("cause", cause.getMessage())
                .log(
                        "the kernel's log cannot be read: a container that is killed for want of"
                                + " memory and gone at once may be told as Error, not OOMKilled");
    }

    /// Reads what the kernel said since the last time.
    public synchronized void read() {
        if (records.isEmpty()) {
            return;
        }
        try {
            Optional<String> record = records.get().next();
            while (record.isPresent()) {
                OomKill.parse(record.get()).ifPresent(this::count);
                record = records.get().next();
            }
        } catch (IOException e) {
            told(e);
            close();
        }
    }

    @GuardedBy("this")
    private void count(OomKill kill) {
        if (!kill.cgroup().startsWith(root)) {
            return;
        }
        Long before = kills.remove(kill.cgroup());
        kills.put(kill.cgroup(), before == null ? 1 : before + 1);
        if (kills.size() > MOST_CGROUPS) {
            kills.remove(kills.keySet().iterator().next());
        }
    }

    /// What was said of a pod until now: kills by the name of the cgroup right below the pod's own,
    /// or no name for the pod's own. Never fewer than before, but for those of long ago.
    ///
    /// @param pod the pod's cgroup
    public synchronized Map<String, Long> of(String pod) {
        read();
        Map<String, Long> found = new HashMap<>();
        kills.forEach((cgroup, count) -> {
            if (cgroup.equals(pod)) {
                found.merge("", count, Long::sum);
            } else if (cgroup.startsWith(pod + "/")) {
                String below = cgroup.substring(pod.length() + 1);
                found.merge(below.split("/", 2)[0], count, Long::sum);
            }
        });
        return found;
    }

    @Override
    public synchronized void close() {
        records.ifPresent(Records::close);
        records = Optional.empty();
    }
}
