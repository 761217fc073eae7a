package dev.glovebox.node.pull;

/// A credential that was seen to open an image, without the credential.
///
/// @param hash of it, see [Credential#hash]
/// @param namespace of the Secret that it was in then; this and the rest are for people to read
/// @param secret its name
/// @param uid of that Secret
record Grant(String hash, String namespace, String secret, String uid) {}
