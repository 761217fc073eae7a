package dev.glovebox.containerd.image;

/// A tar archive is damaged, or holds what an image archive has no business to hold. The message is
/// a clause about the archive ("it holds ... twice").
final class MalformedTar extends Exception {
    private static final long serialVersionUID = 1;

    MalformedTar(String message) {
        super(message);
    }
}
