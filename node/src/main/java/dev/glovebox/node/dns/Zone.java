package dev.glovebox.node.dns;

import dev.glovebox.network.Cidr;
import dev.glovebox.network.Family;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// What the cluster's names mean at one moment. Names are compared as DNS does, without regard to
/// case.
final class Zone {
    /// How many labels the name of a whole address has, of IPv4 and of IPv6.
    private static final Set<Integer> REVERSED = Set.of(7, 35);

    private final Map<Name, List<Record>> records;
    private final Set<Name> names;
    private final Name domain;
    private final SOARecord authority;
    private final List<Cidr> addresses;

    /// @param domain of the cluster, absolute
    /// @param records by their names
    /// @param addresses whose names nobody else knows
    Zone(Name domain, SOARecord authority, Map<Name, List<Record>> records, List<Cidr> addresses) {
        this.domain = domain;
        this.authority = authority;
        this.records = new HashMap<>(records);
        this.addresses = List.copyOf(addresses);
        this.names = new HashSet<>();
        names.add(domain);
        for (Name name : records.keySet()) {
            for (Name each = name; each.subdomain(domain); each = new Name(each, 1)) {
                names.add(each);
            }
        }
    }

    /// What is known of a name.
    sealed interface Answer {
        /// Records of that type; none where the name has others, or has names below it.
        record Found(List<Record> records) implements Answer {}

        /// There is no such name, and nobody else has it.
        record Unknown() implements Answer {}

        /// It is not one of the cluster's.
        record Elsewhere() implements Answer {}
    }

    Answer look(Name name, int type) {
        List<Record> there = records.getOrDefault(name, List.of());
        if (!there.isEmpty() || names.contains(name)) {
            return new Answer.Found(
                    there.stream()
                            .filter(each -> each.getType() == type || each.getType() == Type.CNAME)
                            .toList());
        }
        return name.subdomain(domain) || isOurAddress(name)
                ? new Answer.Unknown()
                : new Answer.Elsewhere();
    }

    /// The record that says how long nothing is nothing.
    SOARecord authority() {
        return authority;
    }

    private boolean isOurAddress(Name name) {
        if (!REVERSED.contains(name.labels())) {
            return false;
        }
        try {
            String address = ReverseMap.fromName(name).getHostAddress();
            return Family.spelled(address)
                    .filter(each -> addresses.stream().anyMatch(range -> range.contains(each)))
                    .isPresent();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
