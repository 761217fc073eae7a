package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Schema;
import java.util.List;
import java.util.Map;

/// How objects of a kind get from the version in which they are kept to that in which they are
/// told, and back. Versions are named as an `apiVersion` has them, for example `example.com/v1`.
/// What is handed in is left alone. Safe for use by any thread; may ask a server, and so block up
/// to half a minute.
public interface Conversion {
    /// The version in which objects are kept from now on.
    String keptAs();

    /// The version of a kept object that does not say in which it is.
    ///
    /// @param told in which it is wanted
    String unsaid(String told);

    /// All versions, served or not, with their schemas.
    Map<String, Schema> schemas();

    /// How objects scale in those of the versions in which they do.
    Map<String, Scaling> scalings();

    /// Whether somebody else is asked, so that what came of it is worth keeping.
    boolean asks();

    /// Whether it does with every object what another one does.
    boolean isLike(Conversion other);

    /// Kept objects as they are told: in the shape of the version in which they were kept, with its
    /// defaults, then in the other version and cut to its shape.
    ///
    /// @param kept each with the version in which it was kept, without its resource version
    /// @throws dev.glovebox.model.ApiException when one cannot be told so
    List<ObjectNode> told(List<ObjectNode> kept, String apiVersion);

    /// A whole object as it is to be kept.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted
    ObjectNode kept(ObjectNode told);

    /// An object in another version as the converter gives it, not brought into any shape.
    ///
    /// @throws dev.glovebox.model.ApiException when it cannot be converted
    ObjectNode converted(ObjectNode object, String apiVersion);
}
