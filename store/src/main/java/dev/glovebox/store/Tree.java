package dev.glovebox.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A balanced tree of entries in key order of which no node ever changes: a change makes a new root
/// and the few nodes on its way, and shares all others. Null is the tree of nothing.
///
/// AVL: the two sides of a node differ in height by one at most, so that a tree of a million is
/// less than thirty high. Source: G. M. Adelson-Velsky and E. M. Landis, 1962.
///
/// @param size how many entries it has
record Tree(Entry entry, @Nullable Tree left, @Nullable Tree right, int height, int size) {
    private static Tree of(@Nullable Tree left, Entry entry, @Nullable Tree right) {
        return new Tree(
                entry,
                left,
                right,
                1 + Math.max(levels(left), levels(right)),
                1 + count(left) + count(right));
    }

    /// A tree of entries that are in key order.
    static @Nullable Tree of(List<Entry> sorted) {
        if (sorted.isEmpty()) {
            return null;
        }
        int middle = sorted.size() / 2;
        return of(
                of(sorted.subList(0, middle)),
                sorted.get(middle),
                of(sorted.subList(middle + 1, sorted.size())));
    }

    private static int levels(@Nullable Tree tree) {
        return tree == null ? 0 : tree.height;
    }

    /// How many entries there are.
    static int count(@Nullable Tree tree) {
        return tree == null ? 0 : tree.size;
    }

    static Optional<Entry> find(@Nullable Tree tree, String key) {
        Tree here = tree;
        while (here != null) {
            int order = key.compareTo(here.entry.key());
            if (order == 0) {
                return Optional.of(here.entry);
            }
            here = order < 0 ? here.left : here.right;
        }
        return Optional.empty();
    }

    /// How many entries have a key before this one.
    static int rank(@Nullable Tree tree, String key) {
        int before = 0;
        Tree here = tree;
        while (here != null) {
            if (here.entry.key().compareTo(key) < 0) {
                before += count(here.left) + 1;
                here = here.right;
            } else {
                here = here.left;
            }
        }
        return before;
    }

    /// Appends entries in key order, from the key `from` on, until there are `limit` in all.
    static void collect(@Nullable Tree tree, String from, int limit, List<Entry> into) {
        if (tree == null || into.size() == limit) {
            return;
        }
        if (tree.entry.key().compareTo(from) >= 0) {
            collect(tree.left, from, limit, into);
            if (into.size() < limit) {
                into.add(tree.entry);
            }
        }
        collect(tree.right, from, limit, into);
    }

    /// With that entry, in the place of the one that has its key.
    static Tree put(@Nullable Tree tree, Entry entry) {
        if (tree == null) {
            return of(null, entry, null);
        }
        int order = entry.key().compareTo(tree.entry.key());
        if (order == 0) {
            return new Tree(entry, tree.left, tree.right, tree.height, tree.size);
        }
        return order < 0
                ? balanced(put(tree.left, entry), tree.entry, tree.right)
                : balanced(tree.left, tree.entry, put(tree.right, entry));
    }

    /// Without the entry of that key, if it is there.
    static @Nullable Tree remove(@Nullable Tree tree, String key) {
        if (tree == null) {
            return null;
        }
        int order = key.compareTo(tree.entry.key());
        if (order < 0) {
            return balanced(remove(tree.left, key), tree.entry, tree.right);
        }
        if (order > 0) {
            return balanced(tree.left, tree.entry, remove(tree.right, key));
        }
        if (tree.left == null || tree.right == null) {
            return tree.left == null ? tree.right : tree.left;
        }
        Entry next = first(tree.right);
        return balanced(tree.left, next, remove(tree.right, next.key()));
    }

    private static Entry first(Tree tree) {
        Tree here = tree;
        while (here.left != null) {
            here = here.left;
        }
        return here.entry;
    }

    /// Of two sides whose heights differ by two at most.
    private static Tree balanced(@Nullable Tree left, Entry entry, @Nullable Tree right) {
        int lean = levels(left) - levels(right);
        if (left != null && lean > 1) {
            Tree inner = left.right;
            if (inner != null && levels(inner) > levels(left.left)) {
                return of(
                        of(left.left, left.entry, inner.left),
                        inner.entry,
                        of(inner.right, entry, right));
            }
            return of(left.left, left.entry, of(inner, entry, right));
        }
        if (right != null && lean < -1) {
            Tree inner = right.left;
            if (inner != null && levels(inner) > levels(right.right)) {
                return of(
                        of(left, entry, inner.left),
                        inner.entry,
                        of(inner.right, right.entry, right.right));
            }
            return of(of(left, entry, inner), right.entry, right.right);
        }
        return of(left, entry, right);
    }
}
