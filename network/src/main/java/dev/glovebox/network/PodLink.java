package dev.glovebox.network;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import java.util.regex.Pattern;

/// One pod as the packet filter sees it: the host's end of its link, which a pod cannot forge, and
/// what it may reach.
///
/// @param uid the pod's uid
/// @param link name of the host's interface, at most 15 characters
/// @param addresses the pod's own, at least one, of any family
/// @param reach what it may reach
/// @param hostPorts ports of the host that lead to it
public record PodLink(
        String uid,
        String link,
        @JsonAlias("address") // of engines whose pods had one
                @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                List<String> addresses,
        Reach reach,
        List<HostPort> hostPorts) {
    private static final Pattern UID = Pattern.compile("[0-9a-zA-Z-]{1,64}");
    private static final Pattern LINK = Pattern.compile("[0-9a-zA-Z_.-]{1,15}");

    /// Refuses anything that is not a plain name or address: these words go into nft's language.
    public PodLink {
        if (!UID.matcher(uid).matches()) {
            throw new IllegalArgumentException("not a uid: " + uid);
        }
        if (!LINK.matcher(link).matches()) {
            throw new IllegalArgumentException("not a name of an interface: " + link);
        }
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address");
        }
        addresses.forEach(Family::check);
        hostPorts = List.copyOf(hostPorts);
    }

    /// Those of its addresses that are of a family.
    List<String> addresses(Family family) {
        return addresses.stream().filter(each -> Family.of(each) == family).toList();
    }
}
