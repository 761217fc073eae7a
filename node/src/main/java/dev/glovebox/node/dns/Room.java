package dev.glovebox.node.dns;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;

/// Room for so much at a time: for all clients together, and for each of them. Any thread.
final class Room {
    private final int all;
    private final int ofOne;

    @GuardedBy("this")
    private final Map<String, Integer> busy = new HashMap<>();

    @GuardedBy("this")
    private int taken;

    Room(int all, int ofOne) {
        this.all = all;
        this.ofOne = ofOne;
    }

    /// Takes some where there is any left for the client. Whether there was; it leaves then.
    synchronized boolean enter(String client) {
        int own = busy.getOrDefault(client, 0);
        if (taken >= all || own >= ofOne) {
            return false;
        }
        taken++;
        busy.put(client, own + 1);
        return true;
    }

    /// Gives back what the client took.
    synchronized void leave(String client) {
        taken--;
        busy.computeIfPresent(client, (_, own) -> own == 1 ? null : own - 1);
    }
}
