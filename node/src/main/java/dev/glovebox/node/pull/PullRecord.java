package dev.glovebox.node.pull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is written of an image that was pulled with credentials: under which of its repositories
/// which credentials were seen to open it. A repository that is not written of is for everybody, as
/// it was brought by other means, unless the record is closed.
///
/// @param closed whether something was written that is not known any more, so that repositories
///   that are not written of are for nobody
/// @param repositories by their names in full
record PullRecord(boolean closed, Map<String, Rights> repositories) {
    /// Most repositories that are written of; one more closes the record.
    static final int MOST_REPOSITORIES = 64;

    /// Most credentials of one repository; one more displaces the oldest.
    static final int MOST_GRANTS = 64;

    /// Nothing is written.
    static final PullRecord NONE = new PullRecord(false, Map.of());

    /// What is written cannot be read.
    static final PullRecord UNREADABLE = new PullRecord(true, Map.of());

    PullRecord {
        repositories = Map.copyOf(repositories);
    }

    /// Who may have an image under one repository.
    ///
    /// @param everybody whether it was seen to be had without credentials
    /// @param grants the oldest first; none where it is not known what opens it
    record Rights(boolean everybody, List<Grant> grants) {
        static final Rights EVERYBODY = new Rights(true, List.of());
        static final Rights NOBODY = new Rights(false, List.of());

        Rights {
            grants = List.copyOf(grants);
        }

        boolean opens(String hash) {
            return grants.stream().anyMatch(grant -> grant.hash().equals(hash));
        }

        private Rights with(Grant grant) {
            Map<String, Grant> byHash = new LinkedHashMap<>();
            grants.forEach(each -> byHash.put(each.hash(), each));
            byHash.remove(grant.hash());
            byHash.put(grant.hash(), grant);
            List<Grant> all = new ArrayList<>(byHash.values());
            return new Rights(
                    everybody, all.subList(Math.max(0, all.size() - MOST_GRANTS), all.size()));
        }
    }

    /// What is written of a repository, or follows from the record being closed.
    Optional<Rights> rights(String repository) {
        return Optional.ofNullable(repositories.get(repository))
                .or(() -> closed ? Optional.of(Rights.NOBODY) : Optional.empty());
    }

    /// With a credential that was seen to open the image.
    PullRecord granted(String repository, Grant grant) {
        return with(repository, rights(repository).orElse(Rights.NOBODY).with(grant));
    }

    /// With a repository that was seen to be open to everybody.
    PullRecord opened(String repository) {
        return with(repository, Rights.EVERYBODY);
    }

    /// With a repository of which it is not known what opens it.
    PullRecord kept(String repository) {
        return with(repository, rights(repository).orElse(Rights.NOBODY));
    }

    private PullRecord with(String repository, Rights rights) {
        Map<String, Rights> next = new HashMap<>(repositories);
        next.put(repository, rights);
        if (next.size() <= MOST_REPOSITORIES) {
            return new PullRecord(closed, next);
        }
        next.keySet().stream()
                .filter(each -> !each.equals(repository))
                .findAny()
                .ifPresent(next::remove);
        return new PullRecord(true, next);
    }
}
