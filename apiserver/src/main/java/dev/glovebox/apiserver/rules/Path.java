package dev.glovebox.apiserver.rules;

/// Where in an object something is, for example `spec.containers[0].image`.
///
/// @param text empty for the object itself
public record Path(String text) {
    /// The object itself.
    public static final Path ROOT = new Path("");

    /// A field, or several joined by dots.
    public static Path of(String text) {
        return new Path(text);
    }

    /// A field below this place.
    public Path field(String name) {
        return new Path(text.isEmpty() ? name : text + "." + name);
    }

    /// An item of the list at this place.
    public Path index(int index) {
        return new Path(text + "[" + index + "]");
    }

    /// A value of the map at this place.
    public Path key(String key) {
        return new Path(text + "[" + key + "]");
    }

    @Override
    public String toString() {
        return text;
    }
}
