package dev.glovebox.apiserver.conversion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Brings objects of a definition's kind from one version to another: its `spec.conversion`. Safe
/// for use by any thread; may block.
public interface Converter {
    /// Strategy `None`: the objects are the same in all versions but for their `apiVersion`.
    Converter NONE =
            new Converter() {
                @Override
                public boolean asks() {
                    return false;
                }

                @Override
                public List<ObjectNode> converted(List<ObjectNode> objects, String apiVersion) {
                    return objects.stream()
                            .map(each -> each.deepCopy().put("apiVersion", apiVersion))
                            .toList();
                }
            };

    /// Whether somebody else is asked.
    default boolean asks() {
        return true;
    }

    /// The objects in another version, in their order; new trees. The given ones are left alone.
    ///
    /// @param objects whole, each in another version than the wanted one
    /// @param apiVersion the wanted version, for example `example.com/v2`
    /// @throws dev.glovebox.model.ApiException when one of them cannot be had in that version
    List<ObjectNode> converted(List<ObjectNode> objects, String apiVersion);
}
