package dev.glovebox.apiserver.schema;

/// Where in a document a value is.
///
/// @param text with indexes and keys, for example `spec.containers[0].image`; empty for the root
/// @param field as Go's decoder names it: type of the root, fields alone
record Place(String text, String field) {
    static Place root(Schema schema) {
        String name = schema.name();
        return new Place("", name.substring(name.lastIndexOf('.') + 1));
    }

    Place field(String name) {
        return new Place(text.isEmpty() ? name : text + "." + name, field + "." + name);
    }

    Place key(String key) {
        return new Place(text + "." + key, field);
    }

    Place index(int index) {
        return new Place(text + "[" + index + "]", field);
    }
}
