package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.PodWarnings;
import java.util.List;
import java.util.Optional;

/// A kind that makes pods of a template warns of the template as of a pod, and keeps of it what it
/// would keep of a pod.
///
/// @param pointer where the template is, as a JSON pointer
/// @param rest everything else about the kind
/// @param scaling where its numbers are; empty for a kind that does not scale
record TemplateStrategy(String pointer, Strategy rest, Optional<Scaling> scaling)
        implements Strategy {
    /// A kind that does not scale.
    TemplateStrategy(String pointer, Strategy rest) {
        this(pointer, rest, Optional.empty());
    }

    /// A kind that scales as most do.
    static TemplateStrategy scaling(String pointer, Scaling.SelectorForm form, Strategy rest) {
        return new TemplateStrategy(pointer, rest, Optional.of(Scaling.usual(form)));
    }

    private String spec() {
        return pointer + "/spec";
    }

    @Override
    public boolean countsGenerations() {
        return rest.countsGenerations();
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        rest.applyDefaults(object);
    }

    @Override
    public void prepareCreate(ObjectNode object) {
        rest.prepareCreate(object);
        GatedFields.drop(object.at(spec()), MissingNode.getInstance());
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        rest.validate(object, errors);
    }

    @Override
    public void validateCreate(ObjectNode object, FieldErrors errors) {
        rest.validateCreate(object, errors);
    }

    @Override
    public boolean returnsDeleted() {
        return rest.returnsDeleted();
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        Path path = Path.of(pointer.substring(1).replace('/', '.'));
        return PodWarnings.ofTemplate(object.at(pointer), path);
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return subresource.isEmpty()
                ? rest.update(subresource).map(each -> new GatedUpdate(spec(), each))
                : rest.update(subresource);
    }
}
