package dev.glovebox.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTest {
    private static final int KEYS = 200;

    private static Entry entry(String key, long revision) {
        return new Entry(key, 1, revision, new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void it_holds_what_a_map_would_and_no_change_changes_an_older_one(long seed) {
        Random random = new Random(seed);
        TreeMap<String, Entry> model = new TreeMap<>();
        Tree tree = null;
        Tree kept = null;
        List<Entry> then = List.of();
        for (int i = 1; i <= 5000; i++) {
            String key = "k" + random.nextInt(KEYS);
            if (random.nextInt(3) == 0) {
                model.remove(key);
                tree = Tree.remove(tree, key);
            } else {
                Entry entry = entry(key, i);
                model.put(key, entry);
                tree = Tree.put(tree, entry);
            }
            if (i % 100 == 0) {
                judge(tree, model, "k" + random.nextInt(KEYS));
                assertThat(all(kept)).isEqualTo(then);
                kept = tree;
                then = List.copyOf(model.values());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 10, 1000})
    void it_is_made_of_entries_in_order(int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry("k%04d".formatted(i), 1));
        }
        Tree tree = Tree.of(entries);
        assertThat(all(tree)).isEqualTo(entries);
        assertBalanced(tree);
    }

    private static void judge(@Nullable Tree tree, NavigableMap<String, Entry> model, String key) {
        assertThat(all(tree)).containsExactlyElementsOf(model.values());
        assertThat(Tree.count(tree)).isEqualTo(model.size());
        assertThat(Tree.find(tree, key)).isEqualTo(Optional.ofNullable(model.get(key)));
        assertThat(Tree.rank(tree, key)).isEqualTo(model.headMap(key).size());
        List<Entry> some = new ArrayList<>();
        Tree.collect(tree, key, 7, some);
        assertThat(some)
                .containsExactlyElementsOf(model.tailMap(key).values().stream().limit(7).toList());
        assertBalanced(tree);
    }

    private static List<Entry> all(@Nullable Tree tree) {
        List<Entry> all = new ArrayList<>();
        Tree.collect(tree, "", Integer.MAX_VALUE, all);
        return all;
    }

    private static int assertBalanced(@Nullable Tree tree) {
        if (tree == null) {
            return 0;
        }
        int left = assertBalanced(tree.left());
        int right = assertBalanced(tree.right());
        assertThat(Math.abs(left - right)).isLessThanOrEqualTo(1);
        assertThat(tree.height()).isEqualTo(1 + Math.max(left, right));
        return tree.height();
    }
}
