package dev.glovebox.model;

/// A host and a port in one text, as URLs and messages have them (RFC 3986, section 3.2.2).
public final class Authority {
    private Authority() {}

    /// Both, for example `example.org:80` and `[fd00::1]:80`.
    public static String of(String host, int port) {
        return host(host) + ":" + port;
    }

    /// The host alone as it stands before a port: an address of IPv6 in brackets, any other host as
    /// it is.
    public static String host(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
