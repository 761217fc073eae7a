package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/// Where objects of a kind say how many of something they want, how many there are, and what picks
/// those: all that the subresource `scale` needs to know of a kind.
///
/// @param wanted where the number is that is wanted, for example `/spec/replicas`
/// @param observed where the number is that there are, for example `/status/replicas`
/// @param selector where the selector is
/// @param form how the selector is written there
public record Scaling(
        JsonPointer wanted, JsonPointer observed, JsonPointer selector, SelectorForm form) {
    /// How a selector is written.
    public enum SelectorForm {
        /// `matchLabels` and `matchExpressions`.
        SELECTOR,
        /// A map of labels.
        LABELS,
        /// Text, as in a query.
        TEXT
    }

    /// Refuses null parts, and a wanted number that is the whole object.
    public Scaling {
        Objects.requireNonNull(observed, "observed");
        Objects.requireNonNull(selector, "selector");
        Objects.requireNonNull(form, "form");
        if (wanted.matches()) {
            throw new IllegalArgumentException("an object that is a number");
        }
    }

    /// What most kinds of Kubernetes' own have.
    static Scaling usual(SelectorForm form) {
        return new Scaling(
                JsonPointer.compile("/spec/replicas"),
                JsonPointer.compile("/status/replicas"),
                JsonPointer.compile("/spec/selector"),
                form);
    }

    /// How many an object wants; 0 where it does not say.
    public int wanted(ObjectNode object) {
        return object.at(wanted).asInt();
    }

    /// How many there are; 0 where nobody has counted yet.
    public int observed(ObjectNode object) {
        return object.at(observed).asInt();
    }

    /// What is written as the selector; missing where there is none.
    public JsonNode selector(ObjectNode object) {
        return object.at(selector);
    }

    /// Has an object want that many.
    public void want(ObjectNode object, int replicas) {
        object.withObject(wanted.head()).put(wanted.last().getMatchingProperty(), replicas);
    }
}
