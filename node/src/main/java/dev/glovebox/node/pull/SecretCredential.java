package dev.glovebox.node.pull;

/// A credential and the Secret that it is from.
public record SecretCredential(Credential credential, Source source) {
    /// A Secret.
    public record Source(String namespace, String name, String uid) {}

    Grant grant() {
        return new Grant(credential.hash(), source.namespace(), source.name(), source.uid());
    }
}
