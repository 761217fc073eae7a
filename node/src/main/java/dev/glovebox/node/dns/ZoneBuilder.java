package dev.glovebox.node.dns;

import dev.glovebox.network.Cidr;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.services.ClusterServices;
import dev.glovebox.node.services.ServiceFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/// Makes the cluster's names as "Kubernetes DNS-Based Service Discovery" 1.1.0 has them. Pure.
final class ZoneBuilder {
    /// Seconds for which answers hold: pods come and go.
    private static final long LIFE = 5;

    private static final Logger LOG = LoggerFactory.getLogger(ZoneBuilder.class);

    private final Map<Name, Set<Record>> records = new HashMap<>();
    private final Name domain;
    private final List<Cidr> addresses;

    /// Addresses of pods by their namespace: whoever writes slices may lead to any, but a name for
    /// an address is its pod's namespace's to give.
    private final Map<String, Set<String>> pods = new HashMap<>();

    private ZoneBuilder(Name domain, List<Cidr> addresses) {
        this.domain = domain;
        this.addresses = addresses;
    }

    /// @param server the address of who answers
    /// @param addresses the ranges of Services and pods
    static Zone of(Name domain, String server, List<Cidr> addresses, ClusterServices.Known known) {
        ZoneBuilder builder = new ZoneBuilder(domain, addresses);
        Name self = builder.name("ns.dns");
        SOARecord authority =
                new SOARecord(
                        domain,
                        DClass.IN,
                        LIFE,
                        self,
                        builder.name("hostmaster"),
                        1,
                        7200,
                        1800,
                        86400,
                        LIFE);
        builder.add(authority);
        builder.add(new NSRecord(domain, DClass.IN, LIFE, self));
        builder.address(self, server);
        builder.add(new TXTRecord(builder.name("dns-version"), DClass.IN, LIFE, "1.1.0"));
        Map<String, List<EndpointSlice>> slices = ServiceFacts.byOwner(known.slices());
        for (Pod pod : known.pods()) {
            builder.leavingOut(pod.getMetadata().getName(), () -> builder.pod(pod));
        }
        for (Service service : known.services()) {
            builder.leavingOut(
                    ServiceFacts.key(service),
                    () ->
                            builder.service(
                                    service,
                                    slices.getOrDefault(ServiceFacts.key(service), List.of())));
        }
        Map<Name, List<Record>> all = new HashMap<>();
        builder.records.forEach((name, each) -> all.put(name, List.copyOf(each)));
        return new Zone(domain, authority, all, addresses);
    }

    /// A Service's name may be longer than DNS can say with its domain; what cannot be told of one
    /// is nobody else's affair.
    private void leavingOut(String what, Runnable part) {
        try {
            part.run();
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.atDebug().addKeyValue("of", what).setCause(e).log("names left out");
        }
    }

    private void service(Service service, List<EndpointSlice> slices) {
        String own =
                service.getMetadata().getName()
                        + "."
                        + service.getMetadata().getNamespace()
                        + ".svc";
        Name name = name(own);
        if (ServiceFacts.isName(service)) {
            alias(name, service.getSpec().getExternalName());
        } else if (ServiceFacts.isHeadless(service)) {
            slices.forEach(slice -> headless(own, slice));
        } else {
            List<String> all = ServiceFacts.addresses(service);
            for (String at : all) {
                address(name, at);
                reverse(at, name);
            }
            for (ServicePort port : PodFacts.orEmpty(service.getSpec().getPorts())) {
                if (!all.isEmpty()) {
                    port(own, port.getName(), port.getProtocol(), port.getPort(), name);
                }
            }
        }
    }

    private void headless(String own, EndpointSlice slice) {
        for (Endpoint endpoint : ServiceFacts.endpoints(slice)) {
            if (!ServiceFacts.isReady(endpoint)) {
                continue;
            }
            ServiceFacts.address(slice, endpoint)
                    .ifPresent(at -> {
                        String host = Objects.requireNonNullElse(endpoint.getHostname(), label(at));
                        Name name = name(host + "." + own);
                        address(name(own), at);
                        address(name, at);
                        if (isPodOf(slice.getMetadata().getNamespace(), at)) {
                            reverse(at, name);
                        }
                        for (EndpointPort port : ServiceFacts.ports(slice)) {
                            port(own, port.getName(), port.getProtocol(), port.getPort(), name);
                        }
                    });
        }
    }

    private void alias(Name name, String target) {
        try {
            Name there = Name.fromString(target, Name.root);
            add(new CNAMERecord(name, DClass.IN, LIFE, there));
        } catch (TextParseException e) {
            LOG.atDebug().addKeyValue("name", target).log("no name of DNS");
        }
    }

    private void port(
            String own,
            @Nullable String port,
            @Nullable String protocol,
            @Nullable Integer number,
            Name target) {
        if (port == null || port.isEmpty() || number == null) {
            return;
        }
        String transport = Objects.requireNonNullElse(protocol, "TCP").toLowerCase(Locale.ROOT);
        add(
                new SRVRecord(
                        name("_" + port + "._" + transport + "." + own),
                        DClass.IN,
                        LIFE,
                        0,
                        100,
                        number,
                        target));
    }

    /// Only of pods that have the address: Kubernetes' own default says yes to any.
    private void pod(Pod pod) {
        String namespace = pod.getMetadata().getNamespace();
        for (String at : PodFacts.addresses(pod)) {
            pods.computeIfAbsent(namespace, _ -> new HashSet<>()).add(at);
            address(name(label(at) + "." + namespace + ".pod"), at);
        }
    }

    /// An address as part of a name.
    private static String label(String address) {
        return address.replace('.', '-').replace(':', '-');
    }

    private void address(Name name, String address) {
        InetAddress at = InetAddress.ofLiteral(address);
        add(
                at instanceof Inet6Address
                        ? new AAAARecord(name, DClass.IN, LIFE, at)
                        : new ARecord(name, DClass.IN, LIFE, at));
    }

    private boolean isPodOf(String namespace, String address) {
        return pods.getOrDefault(namespace, Set.of()).contains(address);
    }

    /// Of our own addresses alone: others have their names elsewhere.
    private void reverse(String address, Name name) {
        if (addresses.stream().anyMatch(each -> each.contains(address))) {
            add(
                    new PTRRecord(
                            ReverseMap.fromAddress(InetAddress.ofLiteral(address)),
                            DClass.IN,
                            LIFE,
                            name));
        }
    }

    private void add(Record record) {
        records.computeIfAbsent(record.getName(), _ -> new LinkedHashSet<>()).add(record);
    }

    private Name name(String relative) {
        try {
            return Name.concatenate(Name.fromString(relative), domain);
        } catch (TextParseException | NameTooLongException e) {
            throw new IllegalArgumentException("not a name: " + relative, e);
        }
    }
}
