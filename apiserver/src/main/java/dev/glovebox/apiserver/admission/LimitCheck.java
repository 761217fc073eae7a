package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One item of a LimitRange, held against what something requests and to what it is limited.
///
/// @param wrong gets what does not fit, in Kubernetes' words
record LimitCheck(JsonNode limit, List<String> wrong) {
    /// Checks a container, or a pod as a whole.
    void check(Amounts requests, Amounts limits) {
        Amounts.read(limit.path("min"))
                .byName()
                .forEach((name, least) -> minimum(name, least, requests, limits));
        Amounts.read(limit.path("max"))
                .byName()
                .forEach((name, most) -> maximum(name, most, requests, limits));
        Amounts.read(limit.path("maxLimitRequestRatio"))
                .byName()
                .forEach((name, most) -> ratio(name, most, requests, limits));
    }

    /// Checks a claim, which has requests alone.
    void checkClaim(Amounts requests) {
        Amounts.read(limit.path("min"))
                .byName()
                .forEach((name, least) -> minimum(name, least, requests, Amounts.NONE));
        Amounts.read(limit.path("max"))
                .byName()
                .forEach((name, most) -> maximumRequest(name, most, requests));
    }

    private String type() {
        return limit.path("type").asText();
    }

    private void minimum(String name, Quantity least, Amounts requests, Amounts limits) {
        String words = "minimum %s usage per %s is %s".formatted(name, type(), least);
        Optional<Quantity> request = requests.get(name);
        if (request.isEmpty()) {
            wrong.add(words + ".  No request is specified");
        } else if (request.get().compareTo(least) < 0) {
            wrong.add(words + ", but request is " + request.get());
        } else {
            limits.get(name)
                    .filter(most -> most.compareTo(least) < 0)
                    .ifPresent(most -> wrong.add(words + ", but limit is " + most));
        }
    }

    private void maximum(String name, Quantity most, Amounts requests, Amounts limits) {
        String words = "maximum %s usage per %s is %s".formatted(name, type(), most);
        Optional<Quantity> asked = limits.get(name);
        if (asked.isEmpty()) {
            wrong.add(words + ".  No limit is specified");
        } else if (asked.get().compareTo(most) > 0) {
            wrong.add(words + ", but limit is " + asked.get());
        } else {
            requests.get(name)
                    .filter(request -> request.compareTo(most) > 0)
                    .ifPresent(request -> wrong.add(words + ", but request is " + request));
        }
    }

    private void maximumRequest(String name, Quantity most, Amounts requests) {
        String words = "maximum %s usage per %s is %s".formatted(name, type(), most);
        Optional<Quantity> request = requests.get(name);
        if (request.isEmpty()) {
            wrong.add(words + ".  No request is specified");
        } else if (request.get().compareTo(most) > 0) {
            wrong.add(words + ", but request is " + request.get());
        }
    }

    private void ratio(String name, Quantity most, Amounts requests, Amounts limits) {
        String words = "%s max limit to request ratio per %s is %s".formatted(name, type(), most);
        Optional<Quantity> request = requests.get(name).filter(each -> each.sign() != 0);
        Optional<Quantity> limited = limits.get(name).filter(each -> each.sign() != 0);
        if (request.isEmpty()) {
            wrong.add(words + ", but no request is specified or request is 0");
        } else if (limited.isEmpty()) {
            wrong.add(words + ", but no limit is specified or limit is 0");
        } else {
            double found =
                    limited.get()
                            .amount()
                            .divide(request.get().amount(), MathContext.DECIMAL64)
                            .doubleValue();
            if (found > most.amount().doubleValue()) {
                wrong.add(words + String.format(Locale.ROOT, ", but provided ratio is %f", found));
            }
        }
    }
}
