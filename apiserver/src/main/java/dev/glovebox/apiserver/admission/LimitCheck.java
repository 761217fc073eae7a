package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/// One item of a LimitRange, held against what something uses.
///
/// @param wrong gets what does not fit, in Kubernetes' words
record LimitCheck(JsonNode limit, List<String> wrong) {
    void check(Usage usage) {
        String type = limit.path("type").asText();
        Usage.amounts(limit.path("min"))
                .forEach((name, least) -> minimum(name, type, least, usage));
        Usage.amounts(limit.path("max")).forEach((name, most) -> maximum(name, type, most, usage));
        Usage.amounts(limit.path("maxLimitRequestRatio"))
                .forEach((name, most) -> ratio(name, type, most, usage));
    }

    private void minimum(String name, String type, Quantity least, Usage usage) {
        String words = "minimum %s usage per %s is %s".formatted(name, type, least);
        Quantity request = usage.requests().get(name);
        Quantity most = usage.limits().get(name);
        if (request == null) {
            wrong.add(words + ".  No request is specified");
        } else if (request.compareTo(least) < 0) {
            wrong.add(words + ", but request is " + request);
        } else if (most != null && most.compareTo(least) < 0) {
            wrong.add(words + ", but limit is " + most);
        }
    }

    private void maximum(String name, String type, Quantity most, Usage usage) {
        String words = "maximum %s usage per %s is %s".formatted(name, type, most);
        Quantity request = usage.requests().get(name);
        Quantity asked = usage.limits().get(name);
        if (asked == null) {
            wrong.add(words + ".  No limit is specified");
        } else if (asked.compareTo(most) > 0) {
            wrong.add(words + ", but limit is " + asked);
        } else if (request != null && request.compareTo(most) > 0) {
            wrong.add(words + ", but request is " + request);
        }
    }

    private void ratio(String name, String type, Quantity most, Usage usage) {
        String words = "%s max limit to request ratio per %s is %s".formatted(name, type, most);
        Quantity request = usage.requests().get(name);
        Quantity limited = usage.limits().get(name);
        if (request == null || request.sign() == 0) {
            wrong.add(words + ", but no request is specified or request is 0");
        } else if (limited == null || limited.sign() == 0) {
            wrong.add(words + ", but no limit is specified or limit is 0");
        } else {
            double found =
                    limited.amount().divide(request.amount(), MathContext.DECIMAL64).doubleValue();
            if (found > most.amount().doubleValue()) {
                wrong.add(words + String.format(Locale.ROOT, ", but provided ratio is %f", found));
            }
        }
    }
}
