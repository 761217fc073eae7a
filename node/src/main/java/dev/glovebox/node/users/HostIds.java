package dev.glovebox.node.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/// Which ranges of the host's ids pods may have: those of user `kubelet` where the administrator
/// gave it some, else all that begin at 65536 or above; of these, none that was given to somebody
/// else, and none that a process lives in.
///
/// @param users `/etc/subuid`
/// @param groups `/etc/subgid`
/// @param living the users of all processes
record HostIds(SubordinateIds users, SubordinateIds groups, Collection<IdMaps.Seen> living) {
    private static final int MOST_BYTES = 1 << 20;

    /// As they are now.
    ///
    /// @param etc `/etc` but in tests
    /// @throws UsersException where that cannot be found out
    static HostIds now(Path etc, IdMaps maps) {
        return new HostIds(
                read(etc.resolve("subuid")), read(etc.resolve("subgid")), maps.ofOthers());
    }

    /// Says of a range whether a pod may have it.
    ///
    /// @throws UsersException where what user `kubelet` was given makes no sense
    Predicate<UserRange> free() {
        Optional<SubordinateIds.Share> share = users.forPods();
        if (!share.equals(groups.forPods())) {
            throw new UsersException(
                    "/etc/subuid and /etc/subgid do not give the same ids to user kubelet");
        }
        return range ->
                share.map(each -> each.has(range)).orElse(true)
                        && !users.reach(range)
                        && !groups.reach(range)
                        && living.stream().noneMatch(seen -> seen.reaches(range));
    }

    private static SubordinateIds read(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (bytes.length == MOST_BYTES) {
                throw new UsersException(file + " is too long");
            }
            return SubordinateIds.parse(new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return SubordinateIds.NONE;
        } catch (IOException e) {
            throw new UsersException("cannot read " + file, e);
        }
    }
}
