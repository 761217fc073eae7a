package dev.glovebox.node.pull;

/// What a registry is shown, as CRI's `AuthConfig` has it. Empty is what there is none of.
///
/// @param identityToken for which a registry's token server gives tokens
/// @param registryToken shown to the registry itself
public record Credential(
        String username, String password, String identityToken, String registryToken) {

    /// SHA-256 of all of it, in hexadecimal digits: the same for the same credential, whichever
    /// Secret has it.
    public String hash() {
        return Hashes.of(username, password, identityToken, registryToken);
    }

    /// Nothing of what it holds.
    @Override
    public String toString() {
        return "Credential";
    }
}
