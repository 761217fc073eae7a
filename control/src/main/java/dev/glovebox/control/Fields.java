package dev.glovebox.control;

import java.util.List;

/// Words of the form `field=value` after a first word without one. A field may come several times.
record Fields(List<String> words) {
    Fields {
        words = List.copyOf(words);
        if (words.isEmpty()) {
            throw new ControlException("an empty request");
        }
    }

    String kind() {
        return words.getFirst();
    }

    List<String> all(String field) {
        return words.stream()
                .skip(1)
                .filter(word -> word.startsWith(field + "="))
                .map(word -> word.substring(field.length() + 1))
                .toList();
    }

    String one(String field) {
        var values = all(field);
        if (values.size() != 1) {
            throw new ControlException(
                    "a request with " + values.size() + " times \"" + field + "\"");
        }
        return values.getFirst();
    }

    boolean flag(String field) {
        return Boolean.parseBoolean(one(field));
    }

    long number(String field) {
        try {
            return Long.parseLong(one(field));
        } catch (NumberFormatException e) {
            throw new ControlException("a request whose \"" + field + "\" is no number", e);
        }
    }
}
