package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.PodWarnings;
import java.util.List;
import java.util.Optional;

/// A kind that makes pods of a template warns of the template as of a pod.
///
/// @param pointer where the template is, as a JSON pointer
/// @param rest everything else about the kind
record TemplateStrategy(String pointer, Strategy rest) implements Strategy {
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
        return rest.update(subresource);
    }
}
