package dev.glovebox.node.pull;

/// A pattern for one label of a host's name, in which `*` stands for any characters. Takes time of
/// the pattern's length times the label's at most.
record LabelGlob(String pattern) {
    private static final char STAR = '*';

    /// Whether a label is one of those meant. A star takes as little as does; only the last one
    /// need ever be asked to take more.
    boolean matches(String label) {
        int step = 0;
        int at = 0;
        int star = -1;
        int starAt = 0;
        while (at < label.length()) {
            if (sees(step, STAR)) {
                star = step++;
                starAt = at;
            } else if (sees(step, label.charAt(at))) {
                step++;
                at++;
            } else if (star >= 0) {
                step = star + 1;
                at = ++starAt;
            } else {
                return false;
            }
        }
        while (sees(step, STAR)) {
            step++;
        }
        return step == pattern.length();
    }

    private boolean sees(int step, char sign) {
        return step < pattern.length() && pattern.charAt(step) == sign;
    }
}
