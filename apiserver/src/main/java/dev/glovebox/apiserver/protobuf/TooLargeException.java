package dev.glovebox.apiserver.protobuf;

import java.io.IOException;

/// An object whose JSON would be larger than the caller allows.
public final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(int most) {
        super("larger in JSON than " + most + " bytes");
    }
}
