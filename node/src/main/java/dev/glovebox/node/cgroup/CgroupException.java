package dev.glovebox.node.cgroup;

/// A cgroup could not be made, read, limited or removed. Names the file and the cause.
public final class CgroupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CgroupException(String operation, Object file, Throwable cause) {
        super(operation + " " + file + ": " + cause.getMessage(), cause);
    }

    CgroupException(String message) {
        super(message);
    }
}
