package dev.glovebox.apiserver.kinds;

import dev.glovebox.apiserver.rules.IpAddress;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// The ranges of the Services' cluster addresses: the one that Kubernetes is set up with by most,
/// and the one that goes with it, or stands alone, where pods have addresses of IPv6. Of several
/// ranges of a cluster the first has the addresses that a Service gets that does not say.
public enum ServiceRange {
    /// 10.96.0.0/16.
    IPV4("10.96.0.0"),
    /// fd00:10:96::/112.
    IPV6("fd00:10:96::");

    /// Of a cluster whose Services have IPv4 addresses alone.
    public static final List<ServiceRange> SINGLE = List.of(IPV4);

    private static final int FREE_BITS = 16;

    /// How many addresses each has.
    static final int SIZE = 1 << FREE_BITS;

    private final IpAddress first;

    ServiceRange(String first) {
        this.first = IpAddress.parse(first).orElseThrow();
    }

    /// `IPv4` or `IPv6`.
    String family() {
        return first.family();
    }

    /// As address and prefix length.
    public String text() {
        return first.text() + "/" + (first.bits() - FREE_BITS);
    }

    /// The address at a place, 0 to 65535, in RFC 5952's spelling.
    public String address(int offset) {
        return new IpAddress(first.value().add(BigInteger.valueOf(offset)), first.bits()).text();
    }

    /// Whether the address at a place is a Service's to have: not the network itself, nor IPv4's
    /// broadcast address.
    boolean gives(int offset) {
        return offset > 0 && (this == IPV6 || offset < SIZE - 1);
    }

    /// Where an address lies; empty for one of another range.
    Optional<Integer> offset(String text) {
        return IpAddress.parse(text)
                .filter(address -> address.bits() == first.bits())
                .map(address -> address.value().subtract(first.value()))
                .filter(offset -> offset.signum() >= 0 && offset.bitLength() <= FREE_BITS)
                .map(BigInteger::intValue);
    }
}
