package dev.glovebox.apiserver;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How a client wants its answer, by its `Accept` header.
///
/// @param version of the group `meta.k8s.io` for tables and metadata alone, else empty
record Representation(Style style, Format format, String version) {
    /// What is told of an object.
    enum Style {
        /// All of it.
        WHOLE,
        /// A row of a table.
        TABLE,
        /// Its metadata.
        METADATA
    }

    /// How it is written.
    enum Format {
        /// As JSON.
        JSON,
        /// As YAML.
        YAML
    }

    static final Representation PLAIN = new Representation(Style.WHOLE, Format.JSON, "");

    /// The first representation of the header that this API has; clients that would like protobuf
    /// best get what they name after it.
    ///
    /// @throws ApiException reason `NotAcceptable` when there is none
    static Representation of(String accept) {
        if (accept.isBlank()) {
            return PLAIN;
        }
        boolean known = false;
        for (String clause : accept.split(",", -1)) {
            String[] parts = clause.split(";", -1);
            Optional<Format> format = format(parts[0].strip().toLowerCase(Locale.ROOT));
            if (format.isEmpty()) {
                continue;
            }
            known = true;
            Optional<Representation> found = of(format.get(), parameters(parts));
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new ApiException(
                StatusReason.NOT_ACCEPTABLE,
                known
                        ? "only the following media types are accepted: application/json,"
                                + " application/yaml"
                        : "406: Not Acceptable\n\nAvailable representations: application/json,"
                                + " application/yaml, application/json;stream=watch");
    }

    String contentType() {
        return format == Format.YAML ? "application/yaml" : "application/json";
    }

    private static Optional<Format> format(String mediaType) {
        return switch (mediaType) {
            case "application/json", "*/*", "application/*" -> Optional.of(Format.JSON);
            case "application/yaml" -> Optional.of(Format.YAML);
            default -> Optional.empty();
        };
    }

    private static Optional<Representation> of(Format format, Map<String, String> parameters) {
        String version = parameters.getOrDefault("v", "");
        boolean ours =
                parameters.getOrDefault("g", "").equals("meta.k8s.io")
                        && (version.equals("v1") || version.equals("v1beta1"));
        return switch (parameters.getOrDefault("as", "")) {
            case "" -> Optional.of(new Representation(Style.WHOLE, format, ""));
            case "Table" ->
                    ours
                            ? Optional.of(new Representation(Style.TABLE, format, version))
                            : Optional.empty();
            case "PartialObjectMetadata", "PartialObjectMetadataList" ->
                    ours
                            ? Optional.of(new Representation(Style.METADATA, format, version))
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Map<String, String> parameters(String[] parts) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int at = parts[i].indexOf('=');
            if (at > 0) {
                parameters.put(
                        parts[i].substring(0, at).strip(), parts[i].substring(at + 1).strip());
            }
        }
        return parameters;
    }
}
