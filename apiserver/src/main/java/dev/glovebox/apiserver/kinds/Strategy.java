package dev.glovebox.apiserver.kinds;

/// What no schema says about a kind.
public interface Strategy {}
