package dev.glovebox.apiserver.rules;

import java.math.BigInteger;

/// Rules about addresses to which traffic may be sent. Source: `core/validation`,
/// `ValidateEndpointIP`.
final class EndpointAddress {
    private EndpointAddress() {}

    /// Notes what is wrong with a text that is an address.
    static void check(String text, Path path, FieldErrors errors) {
        IpAddress address = IpAddress.parse(text).orElse(null);
        if (address == null) {
            errors.invalid(path, text, "must be a valid IP address");
            return;
        }
        boolean four = address.bits() == 32;
        if (address.value().signum() == 0) {
            errors.invalid(path, text, "may not be unspecified (" + text + ")");
        }
        if (four ? high(address, 8, 127) : address.value().equals(BigInteger.ONE)) {
            errors.invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (four ? high(address, 16, 0xa9fe) : high(address, 10, 0x3fa)) {
            errors.invalid(
                    path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (four ? high(address, 24, 0xe00000) : linkLocalMulticast(address)) {
            errors.invalid(
                    path,
                    text,
                    "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }

    /// Whether the first bits are those of the number.
    private static boolean high(IpAddress address, int bits, int number) {
        return address.value().shiftRight(address.bits() - bits).intValue() == number;
    }

    /// Multicast whose scope, the low half of the second byte, is the link.
    private static boolean linkLocalMulticast(IpAddress address) {
        return (address.value().shiftRight(112).intValue() & 0xff0f) == 0xff02;
    }
}
