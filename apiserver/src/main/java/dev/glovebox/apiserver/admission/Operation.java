package dev.glovebox.apiserver.admission;

/// What a request does to an object.
public enum Operation {
    /// A new object.
    CREATE,
    /// A change, through the object itself or a subresource.
    UPDATE,
    /// A removal.
    DELETE,
    /// A connection to what the object stands for, such as a program in a pod.
    CONNECT
}
