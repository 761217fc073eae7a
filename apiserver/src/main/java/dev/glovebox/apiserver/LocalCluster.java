package dev.glovebox.apiserver;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.record.Annotations;
import dev.glovebox.cluster.Frames;
import dev.glovebox.cluster.RestCluster;

/// The API as a part of the same process sees it, under an identity of its own: the very requests
/// that would come over HTTP, without HTTP.
public final class LocalCluster extends RestCluster {
    private final Api api;
    private final User user;

    /// The API as `user` sees it.
    public LocalCluster(Api api, User user) {
        this.api = api;
        this.user = user;
    }

    @Override
    protected byte[] send(Request request) {
        return switch (api.handle(call(request))) {
            case Answer.Whole whole -> whole.body();
            case Answer.Listing listing -> listing.body().bytes();
            case Answer.Stream _, Answer.ToNode _, Answer.Proxied _ ->
                    throw new IllegalStateException("an answer that is no object: " + request);
        };
    }

    @Override
    protected Frames stream(Request request) {
        if (api.handle(call(request)) instanceof Answer.Stream stream) {
            return stream.frames();
        }
        throw new IllegalStateException("a watch that is no stream: " + request);
    }

    private Call call(Request request) {
        return new Call(
                user,
                request.method(),
                request.path(),
                request.query(),
                "",
                request.contentType(),
                user.name(),
                Origin.LOCAL,
                new Annotations(),
                request.body());
    }
}
