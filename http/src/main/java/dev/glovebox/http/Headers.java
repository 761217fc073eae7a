package dev.glovebox.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// HTTP headers in their order. Names compare without regard to case.
public record Headers(List<Header> all) {
    /// None.
    public static final Headers NONE = new Headers(List.of());

    /// Copies the list.
    public Headers {
        all = List.copyOf(all);
    }

    /// One header.
    public record Header(String name, String value) {
        /// Refuses what would end the header early: a line break inside it.
        public Header {
            Objects.requireNonNull(name, "name");
            if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("line break in header " + name);
            }
        }
    }

    /// A single header.
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /// These and one more.
    public Headers with(String name, String value) {
        List<Header> more = new ArrayList<>(all);
        more.add(new Header(name, value));
        return new Headers(more);
    }

    /// These without those of the names, given in lower case.
    public Headers without(Set<String> names) {
        return new Headers(
                all.stream()
                        .filter(h -> !names.contains(h.name().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    /// The first value of a name.
    public Optional<String> first(String name) {
        return all.stream()
                .filter(h -> h.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst();
    }

    /// All values of a name, joined by commas as HTTP allows; empty if there are none.
    public String joined(String name) {
        return String.join(
                ",",
                all.stream()
                        .filter(h -> h.name().equalsIgnoreCase(name))
                        .map(Header::value)
                        .toList());
    }
}
