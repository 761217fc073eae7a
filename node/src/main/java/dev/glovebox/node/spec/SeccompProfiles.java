package dev.glovebox.node.spec;

import dev.glovebox.cri.SecurityProfile;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which system calls containers may make: nothing said, the runtime's own profile, or one that the
/// node's administrator laid down.
///
/// @param directory of the administrator's profiles, whose names pods give; it need not be there
/// @param unfiltered whether no kernel asks a filter about the calls of a handler's containers
public record SeccompProfiles(Path directory, Predicate<String> unfiltered) {
    /// The profile of a container, of its own or its pod's words.
    ///
    /// @param handler of the pod
    /// @throws SpecException where it would hold the container to nothing, or leads out of the
    ///   directory; one that is not there is the runtime's to refuse
    SecurityProfile of(
            @Nullable SeccompProfile own, @Nullable SeccompProfile pods, String handler) {
        SeccompProfile profile = own != null ? own : pods;
        String type = profile == null ? "Unconfined" : profile.getType();
        return switch (type) {
            case "RuntimeDefault" -> RUNTIME_DEFAULT;
            case "Unconfined" ->
                    SecurityProfile.newBuilder()
                            .setProfileType(SecurityProfile.ProfileType.Unconfined)
                            .build();
            case "Localhost" ->
                    SecurityProfile.newBuilder()
                            .setProfileType(SecurityProfile.ProfileType.Localhost)
                            .setLocalhostRef(file(profile, handler).toString())
                            .build();
            default ->
                    throw new SpecException(
                            "seccompProfile.type \""
                                    + type
                                    + "\" is not known; RuntimeDefault, Unconfined and Localhost"
                                    + " are");
        };
    }

    /// That of a sandbox's own process, whatever its pod's containers ask for: theirs may be too
    /// narrow for it (the kubelet's `generatePodSandboxLinuxConfig`).
    static final SecurityProfile RUNTIME_DEFAULT =
            SecurityProfile.newBuilder()
                    .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)
                    .build();

    private Path file(@Nullable SeccompProfile profile, String handler) {
        if (unfiltered.test(handler)) {
            throw new SpecException(
                    "seccompProfile.type \"Localhost\" binds nothing under RuntimeClass handler \""
                            + handler
                            + "\", whose guests ask no filter");
        }
        String name =
                Optional.ofNullable(profile).map(SeccompProfile::getLocalhostProfile).orElse("");
        if (name.isEmpty()) {
            throw new SpecException(
                    "localhostProfile must be set if seccompProfile type is Localhost.");
        }
        try {
            Path relative = Path.of(name);
            if (relative.isAbsolute() || relative.toString().matches("(.*/)?\\.\\.(/.*)?")) {
                throw outside(name);
            }
            return within(name, directory.resolve(relative));
        } catch (InvalidPathException e) {
            throw outside(name);
        }
    }

    /// The file itself, so that nothing on the way to it is followed again.
    private Path within(String name, Path file) {
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(directory.toRealPath()) || !Files.isRegularFile(real)) {
                throw outside(name);
            }
            return real;
        } catch (NoSuchFileException e) {
            return file;
        } catch (IOException e) {
            throw new SpecException("localhostProfile \"" + name + "\" cannot be read: " + e);
        }
    }

    private SpecException outside(String name) {
        return new SpecException(
                "localhostProfile \"" + name + "\" is not a file below " + directory);
    }
}
