package dev.glovebox.apiserver.cel;

import dev.glovebox.apiserver.structural.Amount;

/// How large a text, list or map can be: characters, items or entries.
///
/// @param least never above `most`, but where there is no value at all
record Size(Amount least, Amount most) {
    /// What nobody can tell.
    static final Size UNKNOWN = new Size(Amount.ZERO, Amount.MOST);

    /// What has no parts.
    static final Size ONE = exactly(1);

    /// Of nothing: joined with another size, it becomes that one.
    static final Size NEVER = new Size(Amount.MOST, Amount.ZERO);

    static Size exactly(long number) {
        return new Size(Amount.of(number), Amount.of(number));
    }

    static Size upTo(Amount most) {
        return new Size(Amount.ZERO, most);
    }

    Size plus(Size other) {
        return new Size(least.plus(other.least), most.plus(other.most));
    }

    Size times(Size other) {
        return new Size(least.times(other.least), most.times(other.most));
    }

    /// The size of what may be one or the other.
    Size or(Size other) {
        return new Size(least.min(other.least), most.max(other.most));
    }
}
