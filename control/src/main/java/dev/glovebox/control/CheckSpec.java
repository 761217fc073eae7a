package dev.glovebox.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What `glovebox check` is asked to check.
///
/// @param run what is run, with its limits; its isolation says nothing, as each side has its own
/// @param sides under what it is run
/// @param question a command for the container's shell while it runs, tried until it ends with 0;
///   empty for none
public record CheckSpec(RunSpec run, Sides sides, String question) {
    /// No part may be missing.
    public CheckSpec {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(sides, "sides");
        Objects.requireNonNull(question, "question");
    }

    /// Under what a program is run.
    public enum Sides {
        /// gVisor, and runc: the host's own kernel, which the caller agreed to.
        BOTH,
        /// gVisor alone.
        GVISOR
    }

    List<String> words() {
        var words = new ArrayList<String>();
        words.add("check");
        words.add("sides=" + sides);
        words.add("question=" + question);
        words.addAll(run.words().stream().skip(1).toList());
        return words;
    }

    static CheckSpec of(Fields fields) {
        return new CheckSpec(
                RunSpec.of(fields), Sides.valueOf(fields.one("sides")), fields.one("question"));
    }
}
