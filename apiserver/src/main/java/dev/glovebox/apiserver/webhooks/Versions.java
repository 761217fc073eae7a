package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.kinds.Alias;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Other names and versions under which objects of a kind are served, and objects as they are under
/// them: a webhook that knows one of them gets to see what is written through another.
final class Versions {
    private final Supplier<KindCatalogue> kinds;

    Versions(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
    }

    /// One of the kinds as which an object is served.
    record Version(Kind kind, String version) {
        String apiVersion() {
            return kind.apiVersion(version);
        }
    }

    /// All but the request's own, in discovery's order. Other subresources than these of the kind
    /// itself are left alone: `scale` is the same under each.
    List<Version> others(AdmissionRequest request) {
        Kind own = request.kind();
        String kept = kept(own);
        List<Version> others = new ArrayList<>();
        for (Kind kind : kinds.get().kinds()) {
            boolean has =
                    request.subresource().isEmpty()
                            || kind.subresource(request.subresource()).isPresent();
            if (!has || !kept(kind).equals(kept)) {
                continue;
            }
            for (String version : kind.versions()) {
                boolean same =
                        kind.group().equals(own.group()) && version.equals(request.version());
                if (!same) {
                    others.add(new Version(kind, version));
                }
            }
        }
        return others;
    }

    private static String kept(Kind kind) {
        return kind.strategy().alias().map(Alias::resource).orElseGet(kind::resource);
    }

    /// The object in another version, as a definition's converter gives it; itself where it is of
    /// no kind that has versions.
    static ObjectNode converted(ObjectNode object, Kind from, Version to) {
        if (!object.path("kind").asText().equals(from.names().kind())) {
            return object;
        }
        Optional<Conversion> conversion = from.strategy().conversion();
        if (conversion.isPresent()) {
            return conversion.get().converted(object, to.apiVersion()).deepCopy();
        }
        ObjectNode kept = from.strategy().alias().map(alias -> alias.toKept(object)).orElse(object);
        ObjectNode converted = kept.deepCopy();
        Optional<Alias> alias = to.kind().strategy().alias();
        alias.ifPresent(each -> each.fromKept(converted));
        converted.put("apiVersion", to.apiVersion()).put("kind", to.kind().names().kind());
        return converted;
    }
}
