package dev.glovebox.node.server;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.AnyObject;
import dev.glovebox.cluster.Resource;

/// A question to the API about whose credentials these are, or what somebody may: it is created,
/// comes back with its answer in the status, and is kept nowhere. Source: `TokenReview` of
/// authentication.k8s.io/v1, `SubjectAccessReview` of authorization.k8s.io/v1.
@JsonDeserialize(using = JsonDeserializer.None.class)
public final class Review extends AnyObject {
    static final Resource<Review> TOKENS =
            new Resource<>("authentication.k8s.io", "v1", "tokenreviews", false, Review.class);

    static final Resource<Review> ACCESS =
            new Resource<>(
                    "authorization.k8s.io", "v1", "subjectaccessreviews", false, Review.class);

    private static final long serialVersionUID = 1L;

    @JsonProperty private ObjectNode spec = JsonNodeFactory.instance.objectNode();
    @JsonProperty private ObjectNode status = JsonNodeFactory.instance.objectNode();

    static Review ofToken(String token) {
        Review review = of("authentication.k8s.io/v1", "TokenReview");
        review.spec.put("token", token);
        return review;
    }

    static Review ofAccess() {
        return of("authorization.k8s.io/v1", "SubjectAccessReview");
    }

    private static Review of(String apiVersion, String kind) {
        Review review = new Review();
        review.setApiVersion(apiVersion);
        review.setKind(kind);
        return review;
    }

    @JsonIgnore
    ObjectNode question() {
        return spec;
    }

    @JsonIgnore
    ObjectNode answer() {
        return status;
    }
}
