package dev.glovebox.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A range of addresses, for example `10.244.0.0/16` or `fd00:10:244::/56`.
///
/// @param text address and prefix length; of version 6 in the spelling of RFC 5952
public record Cidr(String text) {
    private static final Pattern FORM =
            Pattern.compile("(?<address>[0-9a-fA-F.:]{2,45})/(?<prefix>0|[1-9]\\d{0,2})");

    /// Refuses what is not a range.
    public Cidr {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw notARange(text);
        }
        String address = form.group("address");
        Family family = Family.of(address);
        if (Integer.parseInt(form.group("prefix")) > family.bits()
                || (family == Family.IPV4 && !Ipv4.isPlain(address))) {
            throw notARange(text);
        }
        String range = text;
        text =
                Family.spelled(address).orElseThrow(() -> notARange(range))
                        + "/"
                        + form.group("prefix");
    }

    private static IllegalArgumentException notARange(String text) {
        return new IllegalArgumentException("not a range of addresses: " + text);
    }

    /// The family of its addresses.
    public Family family() {
        return Family.of(text);
    }

    /// Whether an address is in it; one of the other family is not.
    public boolean contains(String address) {
        return Family.of(address) == family()
                && number(address).shiftRight(free()).equals(first().shiftRight(free()));
    }

    /// Whether any address is in both.
    public boolean overlaps(Cidr other) {
        return contains(text(other.first(), other.family()))
                || other.contains(text(first(), family()));
    }

    /// Its last address.
    String last() {
        return text(
                first().or(BigInteger.ONE.shiftLeft(free()).subtract(BigInteger.ONE)), family());
    }

    /// The address before the last one.
    ///
    /// @throws IllegalArgumentException where it has one address alone
    String lastButOne() {
        if (free() == 0) {
            throw new IllegalArgumentException(text + " has one address alone");
        }
        return text(number(last()).subtract(BigInteger.ONE), family());
    }

    /// The length of its prefix, 0 to 32 or 128.
    public int prefix() {
        return Integer.parseInt(text.substring(text.indexOf('/') + 1));
    }

    /// One of the ranges of a longer prefix that it consists of, counted from 0.
    ///
    /// @throws IllegalArgumentException where it has no such part
    public Cidr part(int prefix, int index) {
        int bits = family().bits();
        if (prefix < prefix() || prefix > bits) {
            throw new IllegalArgumentException(text + " has no parts of /" + prefix);
        }
        if (index < 0 || BigInteger.valueOf(index).bitLength() > prefix - prefix()) {
            throw new IllegalArgumentException(text + " has no /" + prefix + " number " + index);
        }
        BigInteger address = first().add(BigInteger.valueOf(index).shiftLeft(bits - prefix));
        return new Cidr(text(address, family()) + "/" + prefix);
    }

    /// Bits that its addresses do not have in common.
    private int free() {
        return family().bits() - prefix();
    }

    private BigInteger first() {
        return number(text.substring(0, text.indexOf('/'))).shiftRight(free()).shiftLeft(free());
    }

    /// An address as a number.
    static BigInteger number(String address) {
        Family.check(address);
        return new BigInteger(1, InetAddress.ofLiteral(address).getAddress());
    }

    private static String text(BigInteger number, Family family) {
        int length = family.bits() / Byte.SIZE;
        byte[] bytes = new byte[length];
        byte[] digits = number.toByteArray();
        int taken = Math.min(digits.length, length);
        byte[] tail = Arrays.copyOfRange(digits, digits.length - taken, digits.length);
        System.arraycopy(tail, 0, bytes, length - taken, taken);
        return Family.text(bytes);
    }

    @Override
    public String toString() {
        return text;
    }
}
