package dev.glovebox.node.users;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives the pods of one node their ranges, remembers them over the agent's death, and holds a
/// sandbox against what its pod was given.
public final class PodUserRanges {
    private static final Logger LOG = LoggerFactory.getLogger(PodUserRanges.class);

    private final UserRanges ranges;
    private final UserRangeRecords records;
    private final IdMaps maps;
    private final Path etc;

    /// @param ranges of all nodes of the engine
    /// @param pods holds one directory a pod, named by its uid
    /// @param maps the users of the machine's processes
    /// @param etc `/etc` but in tests
    public PodUserRanges(UserRanges ranges, Path pods, IdMaps maps, Path etc) {
        this.ranges = ranges;
        this.records = new UserRangeRecords(pods);
        this.maps = maps;
        this.etc = etc;
    }

    /// Whether a pod asks for users of its own.
    public static boolean asks(Pod pod) {
        return Boolean.FALSE.equals(pod.getSpec().getHostUsers());
    }

    /// Gives back to pods what an earlier agent gave them, before a new one is given any. What is
    /// written and cannot be read keeps its own pod out alone: of those that live, the kernel says
    /// what nobody else may have.
    ///
    /// @param uids of pods that have a directory
    public void begin(List<String> uids) {
        for (String uid : uids) {
            try {
                Optional<UserRange> range = records.read(uid);
                if (range.isPresent() && !ranges.giveBack(uid, range.get())) {
                    throw new UsersException(another(range.get()));
                }
            } catch (UsersException e) {
                LOG.atError()
                        .addKeyValue("uid", uid)
                        .addKeyValue("cause", e.getMessage())
                        .log("what a pod's users were is not known");
            }
        }
    }

    /// Gives a pod of which nothing lives its range where it asks for one: the one that it had,
    /// else a new one. It is written down before this returns.
    ///
    /// @throws UsersException where it cannot have one
    public void give(Pod pod) {
        if (!asks(pod)) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        Optional<UserRange> written = records.read(uid);
        if (written.isPresent() && ranges.giveBack(uid, written.get())) {
            return;
        }
        Predicate<UserRange> free = HostIds.now(etc, maps).free();
        UserRange given =
                ranges.give(uid, free)
                        .orElseThrow(() ->
                                new UsersException("no range of the host's ids is left for it"));
        try {
            records.write(uid, given);
        } catch (UsersException e) {
            ranges.take(uid);
            throw e;
        }
    }

    /// The range that a pod was given; empty for a pod that asks for none.
    ///
    /// @throws UsersException where that is not known
    public Optional<UserRange> of(Pod pod) {
        if (!asks(pod)) {
            return Optional.empty();
        }
        String uid = pod.getMetadata().getUid();
        UserRange range =
                records.read(uid)
                        .orElseThrow(() ->
                                new UsersException("it is not written which users it was given"));
        if (!ranges.giveBack(uid, range)) {
            throw new UsersException(another(range));
        }
        return Optional.of(range);
    }

    private static String another(UserRange range) {
        return "the ids " + range + " that the pod was given are another pod's";
    }

    /// Holds a pod's sandbox against what the pod was given.
    ///
    /// @param range the pod's
    /// @param pid the process that stands for the sandbox
    /// @param running whether any of its containers runs, which may have users of theirs in turn
    /// @return what the kernel shows that should not be; empty where all is as it should be
    /// @throws UsersException where the kernel does not show it
    public String difference(UserRange range, long pid, boolean running) {
        IdMaps.Seen sandbox =
                maps.of(pid)
                        .orElseThrow(() ->
                                new UsersException(
                                        "the process " + pid + " of the pod's sandbox is gone"));
        if (!sandbox.isOnly(range)) {
            return "the pod's users are to be the host's "
                    + range
                    + ", and to the kernel its users are "
                    + sandbox.users()
                    + " and its groups "
                    + sandbox.groups();
        }
        boolean shared =
                !running
                        && maps.ofOthers().stream()
                                .filter(seen -> seen.reaches(range))
                                .anyMatch(seen -> !seen.namespace().equals(sandbox.namespace()));
        return shared ? "processes of others have ids of the pod's, " + range : "";
    }

    /// Takes back the range of a pod of which nothing lives any more, and whose directory is gone.
    /// Idempotent.
    public void release(String uid) {
        ranges.take(uid);
    }
}
