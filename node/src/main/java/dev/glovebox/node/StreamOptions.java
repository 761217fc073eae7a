package dev.glovebox.node;

/// Which streams of a container are wanted.
///
/// @param stdin whether something is sent to it
/// @param stdout whether its output is wanted
/// @param stderr whether its errors are wanted; never together with `tty`
/// @param tty whether the streams are a terminal's
public record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}
