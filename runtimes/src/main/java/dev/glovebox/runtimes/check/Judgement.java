package dev.glovebox.runtimes.check;

import dev.glovebox.runtimes.check.Comparison.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// What a check came to. Pure.
///
/// @param verdict for programs
/// @param sentence for a person, without a full stop
/// @param outputs how each stream compares, by its name; empty where nothing was compared
public record Judgement(
        Verdict verdict, String sentence, SequencedMap<String, Comparison> outputs) {
    private static final int NAMED = 5;
    private static final String ANSWER = "the answer";

    /// No part may be missing.
    public Judgement {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(sentence, "sentence");
        outputs = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
    }

    /// Whether it takes another run under runc to say whose fault a difference is.
    public static boolean wantsAnother(Side gvisor, Side runc) {
        return gvisor.ending().same(runc.ending())
                && !judged(gvisor, compared(gvisor, runc, runc)).isEmpty();
    }

    /// Of a run under gVisor alone.
    public static Judgement of(Side gvisor, RefusedCalls refused) {
        String what = "under gVisor it " + gvisor.ending().text() + answered(gvisor);
        boolean well =
                works(gvisor.ending()) && gvisor.answer().filter(a -> a.code() != 0).isEmpty();
        return well
                ? new Judgement(
                        Verdict.RUNS,
                        "runs: " + what + "; it was not compared with runc",
                        new LinkedHashMap<>())
                : new Judgement(
                        Verdict.UNKNOWN,
                        "not known: "
                                + what
                                + because(refused)
                                + "; whether it does under runc"
                                + " was not looked at",
                        new LinkedHashMap<>());
    }

    /// Of a run under each.
    ///
    /// @param again a second run under runc, where [#wantsAnother] asked for it
    public static Judgement of(Side gvisor, Side runc, Optional<Side> again, RefusedCalls refused) {
        SequencedMap<String, Comparison> outputs = compared(gvisor, runc, again.orElse(runc));
        if (!gvisor.ending().same(runc.ending())) {
            return otherEnd(gvisor, runc, refused, outputs);
        }
        String ended = "it " + runc.ending().text();
        if (answer(gvisor) != 0 && answer(runc) != 0) {
            return unanswered(gvisor, runc, refused, outputs);
        }
        if (answer(gvisor) != answer(runc)) {
            boolean fails = answer(runc) == 0;
            String answers =
                    "the question was answered with exit code %d, and under runc with %d"
                            .formatted(answer(gvisor), answer(runc));
            return fails
                    ? new Judgement(
                            Verdict.FAILS, "does not run: " + answers + because(refused), outputs)
                    : new Judgement(Verdict.DIFFERENT, "runs, but " + answers, outputs);
        }
        String differences = told(judged(gvisor, outputs));
        if (!differences.isEmpty()) {
            return new Judgement(Verdict.DIFFERENT, "runs, but " + differences, outputs);
        }
        String chance =
                outputs.values().stream().anyMatch(each -> each.kind() == Kind.DIFFERENT)
                        ? "; what it had written by then differs"
                        : "";
        return new Judgement(
                Verdict.SAME,
                "runs the same: " + ended + " under both" + chance + harmless(refused),
                outputs);
    }

    /// A question that works under neither says nothing of gVisor: it may be the question's fault.
    private static Judgement unanswered(
            Side gvisor,
            Side runc,
            RefusedCalls refused,
            SequencedMap<String, Comparison> outputs) {
        return new Judgement(
                Verdict.UNKNOWN,
                "not known: the question was answered under neither (exit code %d, and under runc %d)"
                                .formatted(answer(gvisor), answer(runc))
                        + because(refused),
                outputs);
    }

    /// The differences that count. How much a program has written when it is stopped is chance, so
    /// that of one that kept running its answer alone is judged.
    private static SequencedMap<String, Comparison> judged(
            Side gvisor, SequencedMap<String, Comparison> outputs) {
        SequencedMap<String, Comparison> judged = new LinkedHashMap<>(outputs);
        judged.values().removeIf(each -> each.kind() != Kind.DIFFERENT);
        if (gvisor.ending() instanceof Ending.KeptRunning) {
            judged.keySet().retainAll(List.of(ANSWER));
        }
        return judged;
    }

    private static String told(SequencedMap<String, Comparison> outputs) {
        return outputs.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue().text())
                .collect(Collectors.joining(", "));
    }

    private static Judgement otherEnd(
            Side gvisor,
            Side runc,
            RefusedCalls refused,
            SequencedMap<String, Comparison> outputs) {
        String ends =
                "it " + gvisor.ending().text() + ", and under runc it " + runc.ending().text();
        if (!works(runc.ending())) {
            return works(gvisor.ending())
                    ? new Judgement(Verdict.DIFFERENT, "runs, but " + ends, outputs)
                    : new Judgement(
                            Verdict.UNKNOWN,
                            "not known, as it works under neither: " + ends,
                            outputs);
        }
        String why =
                switch (gvisor.ending()) {
                    case Ending.Exited exited when exited.outOfMemory() ->
                            "; gVisor needs memory of its own: try it with more (--memory)";
                    case Ending.KeptRunning _ ->
                            "; where it is only slower, give it longer (--timeout)"
                                    + because(refused);
                    case Ending.Exited _, Ending.NotStarted _ -> because(refused);
                };
        return new Judgement(Verdict.FAILS, "does not run: " + ends + why, outputs);
    }

    private static boolean works(Ending ending) {
        return switch (ending) {
            case Ending.Exited exited -> exited.code() == 0;
            case Ending.KeptRunning _ -> true;
            case Ending.NotStarted _ -> false;
        };
    }

    private static int answer(Side side) {
        return side.answer().map(Side.Answer::code).orElse(0);
    }

    private static String answered(Side side) {
        return side.answer()
                .map(a -> ", and the question was answered with exit code " + a.code())
                .orElse("");
    }

    private static SequencedMap<String, Comparison> compared(Side gvisor, Side runc, Side again) {
        SequencedMap<String, Comparison> outputs = new LinkedHashMap<>();
        outputs.put("standard output", Comparison.of(gvisor.out(), runc.out(), again.out()));
        outputs.put("standard error", Comparison.of(gvisor.err(), runc.err(), again.err()));
        if (gvisor.answer().isPresent() && runc.answer().isPresent()) {
            outputs.put(
                    ANSWER,
                    Comparison.of(
                            gvisor.answer().get().out(),
                            runc.answer().get().out(),
                            again.answer().orElseGet(runc.answer()::get).out()));
        }
        return outputs;
    }

    /// A clause that names what may be to blame, and claims no more than the log says.
    private static String because(RefusedCalls refused) {
        List<RefusedCall> suspects = refused.suspects();
        if (!suspects.isEmpty()) {
            return ", probably because gVisor has no " + named(suspects);
        }
        return refused.complete()
                ? "; gVisor's log names no call that would explain it"
                : "; gVisor's log of refused calls could not be read to its end";
    }

    private static String harmless(RefusedCalls refused) {
        List<RefusedCall> suspects = refused.suspects();
        return suspects.isEmpty()
                ? ""
                : "; that gVisor has no " + named(suspects) + " made no difference here";
    }

    /// The calls with what they are for.
    private static String named(List<RefusedCall> calls) {
        Map<String, List<String>> byFeature = new LinkedHashMap<>();
        for (RefusedCall call : calls) {
            byFeature
                    .computeIfAbsent(
                            call.feature().map(Feature::what).orElse(""), _ -> new ArrayList<>())
                    .add(call.text());
        }
        List<String> names = new ArrayList<>();
        byFeature.forEach((what, texts) ->
                names.add(String.join(", ", texts) + (what.isEmpty() ? "" : " (" + what + ")")));
        String shown = names.stream().limit(NAMED).collect(Collectors.joining(", "));
        return names.size() > NAMED ? shown + " and more" : shown;
    }
}
