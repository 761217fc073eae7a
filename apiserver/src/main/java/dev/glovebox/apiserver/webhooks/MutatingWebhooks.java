package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.apiserver.admission.Mutation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Asks webhooks one after the other to change an object: each sees what those before it made of
/// it. Those that want to are asked once more when something changed after they were asked, and no
/// more often, so that two that never agree do not go on for ever. Source: apiserver's
/// `admission/plugin/webhook/mutating`. Safe for use by any thread; blocks.
final class MutatingWebhooks implements Mutation {
    private final Supplier<List<Webhook>> webhooks;
    private final Selector selector;
    private final Caller caller;

    MutatingWebhooks(Supplier<List<Webhook>> webhooks, Selector selector, Caller caller) {
        this.webhooks = webhooks;
        this.selector = selector;
        this.caller = caller;
    }

    @Override
    public Optional<Runnable> mutate(AdmissionRequest request) {
        List<Webhook> all = webhooks.get();
        if (all.isEmpty() || Selector.isExempt(request)) {
            return Optional.empty();
        }
        Rounds rounds = new Rounds(request, all);
        return rounds.first() ? Optional.of(rounds::second) : Optional.empty();
    }

    /// Both rounds of one request. One thread.
    private final class Rounds {
        private final AdmissionRequest request;
        private final List<Webhook> all;
        private final Set<Webhook> willing = new HashSet<>();
        private final Set<Webhook> due = new HashSet<>();
        private ObjectNode last = JsonNodeFactory.instance.objectNode();

        Rounds(AdmissionRequest request, List<Webhook> all) {
            this.request = request;
            this.all = all;
        }

        /// @return whether any of them changed the object
        boolean first() {
            boolean changed = false;
            for (int i = 0; i < all.size(); i++) {
                changed |= ask(all.get(i), 0, i);
            }
            last = request.object().deepCopy();
            return changed;
        }

        void second() {
            if (!request.object().equals(last)) {
                due.addAll(willing);
            }
            for (int i = 0; i < all.size(); i++) {
                if (due.contains(all.get(i))) {
                    ask(all.get(i), 1, i);
                }
            }
        }

        /// @return whether the object is another now
        private boolean ask(Webhook webhook, int round, int index) {
            Optional<Question> question = selector.question(webhook, request);
            if (question.isEmpty()) {
                return false;
            }
            boolean changed = changed(webhook, question.get(), round, index);
            if (changed) {
                due.addAll(willing);
            }
            if (webhook.again()) {
                willing.add(webhook);
            }
            return changed;
        }

        private boolean changed(Webhook webhook, Question question, int round, int index) {
            String place = "round_%d_index_%d".formatted(round, index);
            boolean changed = false;
            try {
                Reply reply = caller.ask(webhook, question, Purpose.MUTATING);
                changed = WebhookPatch.apply(webhook, question, reply);
            } catch (WebhookFailure e) {
                Caller.overlook(
                        e,
                        webhook,
                        request,
                        "failed-open.mutation.webhook.admission.k8s.io/" + place);
                Caller.checkTime(request.asking().deadline().left());
            } finally {
                request.annotations()
                        .note(
                                "mutation.webhook.admission.k8s.io/" + place,
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("configuration", webhook.configuration())
                                        .put("webhook", webhook.name())
                                        .put("mutated", changed)
                                        .toString());
            }
            return changed;
        }
    }
}
