package dev.glovebox.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionOverload;
import java.net.InetAddress;
import java.util.List;

/// Addresses and blocks of them. Source: apiserver's `cel/library/ip.go` and `cidr.go`.
final class IpFunctions {
    private static final CelType IP = OpaqueType.create("net.IP");
    private static final CelType CIDR = OpaqueType.create("net.CIDR");
    private static final Class<InetAddress> A = InetAddress.class;
    private static final Class<Cidr> C = Cidr.class;

    private IpFunctions() {}

    static void addTo(Functions functions) {
        functions.global("ip", "string_to_ip", IP, SimpleType.STRING, String.class, Cidr::address);
        functions.global(
                "isIP",
                "is_ip",
                SimpleType.BOOL,
                SimpleType.STRING,
                String.class,
                text -> holds(() -> Cidr.address(text)));
        functions.global(
                "ip.isCanonical",
                "ip_is_canonical",
                SimpleType.BOOL,
                SimpleType.STRING,
                String.class,
                text -> Cidr.text(Cidr.address(text)).equals(text));
        functions.global("string", "ip_to_string", SimpleType.STRING, IP, A, Cidr::text);
        functions.member(
                "family",
                "ip_family",
                SimpleType.INT,
                IP,
                A,
                address -> address.getAddress().length == 4 ? 4L : 6L);
        truth(functions, "isUnspecified", "ip_is_unspecified", InetAddress::isAnyLocalAddress);
        truth(functions, "isLoopback", "ip_is_loopback", InetAddress::isLoopbackAddress);
        truth(
                functions,
                "isLinkLocalMulticast",
                "ip_is_link_local_multicast",
                InetAddress::isMCLinkLocal);
        truth(
                functions,
                "isLinkLocalUnicast",
                "ip_is_link_local_unicast",
                InetAddress::isLinkLocalAddress);
        truth(functions, "isGlobalUnicast", "ip_is_global_unicast", IpFunctions::isGlobalUnicast);
        blocks(functions);
    }

    private static void truth(
            Functions functions,
            String name,
            String id,
            CelFunctionOverload.Unary<InetAddress> function) {
        functions.member(name, id, SimpleType.BOOL, IP, A, function);
    }

    private static boolean isGlobalUnicast(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean broadcast =
                bytes.length == 4
                        && bytes[0] == -1
                        && bytes[1] == -1
                        && bytes[2] == -1
                        && bytes[3] == -1;
        return !broadcast
                && !address.isAnyLocalAddress()
                && !address.isLoopbackAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress();
    }

    private static void blocks(Functions functions) {
        functions
                .global(
                        "cidr",
                        "string_to_cidr",
                        CIDR,
                        SimpleType.STRING,
                        String.class,
                        Cidr::parse)
                .global(
                        "isCIDR",
                        "is_cidr",
                        SimpleType.BOOL,
                        SimpleType.STRING,
                        String.class,
                        text -> holds(() -> Cidr.parse(text)))
                .global("string", "cidr_to_string", SimpleType.STRING, CIDR, C, Cidr::toString)
                .member("ip", "cidr_ip", IP, CIDR, C, Cidr::address)
                .member(
                        "prefixLength",
                        "cidr_prefix_length",
                        SimpleType.INT,
                        CIDR,
                        C,
                        block -> (long) block.bits())
                .member("masked", "cidr_masked", CIDR, CIDR, C, Cidr::masked)
                .member(
                        "containsIP",
                        "cidr_contains_ip_string",
                        SimpleType.BOOL,
                        List.of(CIDR, SimpleType.STRING),
                        C,
                        String.class,
                        (block, text) -> block.contains(Cidr.address(text)))
                .member(
                        "containsIP",
                        "cidr_contains_ip_ip",
                        SimpleType.BOOL,
                        List.of(CIDR, IP),
                        C,
                        A,
                        Cidr::contains)
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr_string",
                        SimpleType.BOOL,
                        List.of(CIDR, SimpleType.STRING),
                        C,
                        String.class,
                        (block, text) -> block.contains(Cidr.parse(text)))
                .member(
                        "containsCIDR",
                        "cidr_contains_cidr",
                        SimpleType.BOOL,
                        List.of(CIDR, CIDR),
                        C,
                        C,
                        (block, other) -> block.contains(other));
    }

    private static boolean holds(Runnable parse) {
        try {
            parse.run();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
