package dev.glovebox.apiserver.webhooks;

import dev.glovebox.apiserver.admission.Admission;
import dev.glovebox.apiserver.admission.AdmissionRequest;
import dev.glovebox.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// Asks webhooks all at once whether an object may be stored as it is. All are heard; of several
/// refusals the one of the first webhook is told. Source: apiserver's
/// `admission/plugin/webhook/validating`. Safe for use by any thread; blocks.
final class ValidatingWebhooks implements Admission {
    private final Supplier<List<Webhook>> webhooks;
    private final Selector selector;
    private final Caller caller;

    ValidatingWebhooks(Supplier<List<Webhook>> webhooks, Selector selector, Caller caller) {
        this.webhooks = webhooks;
        this.selector = selector;
        this.caller = caller;
    }

    /// A webhook with what it is asked.
    private record Call(Webhook webhook, Question question, int index) {}

    @Override
    public void admit(AdmissionRequest request) {}

    @Override
    public void validate(AdmissionRequest request) {
        List<Webhook> all = webhooks.get();
        if (all.isEmpty() || Selector.isExempt(request)) {
            return;
        }
        List<Call> calls = new ArrayList<>();
        for (Webhook webhook : all) {
            selector.question(webhook, request)
                    .ifPresent(question -> calls.add(new Call(webhook, question, calls.size())));
        }
        switch (calls.size()) {
            case 0 -> {}
            case 1 -> ask(calls.getFirst());
            default -> askAll(calls);
        }
    }

    private void askAll(List<Call> calls) {
        List<Future<?>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            calls.forEach(call -> answers.add(threads.submit(() -> ask(call))));
        }
        Optional<RuntimeException> first = Optional.empty();
        for (Future<?> answer : answers) {
            first = first.or(() -> refusal(answer));
        }
        if (first.isPresent()) {
            throw first.get();
        }
    }

    /// What an answer refuses the request with, if it does; all are there by now.
    private static Optional<RuntimeException> refusal(Future<?> answer) {
        try {
            answer.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof RuntimeException refusal
                            ? refusal
                            : new IllegalStateException("a webhook's call ended badly", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(
                    new IllegalStateException("interrupted while webhooks are asked", e));
        }
    }

    /// @throws ApiException when the request is refused
    private void ask(Call call) {
        Webhook webhook = call.webhook();
        try {
            caller.ask(webhook, call.question(), Purpose.VALIDATING);
        } catch (WebhookFailure e) {
            Caller.overlook(
                    e,
                    webhook,
                    call.question().request(),
                    "failed-open.validating.webhook.admission.k8s.io/round_0_index_"
                            + call.index());
        }
    }
}
