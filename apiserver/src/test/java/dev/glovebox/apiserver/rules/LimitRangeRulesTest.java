package dev.glovebox.apiserver.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRangeRulesTest {
    private static String wrong(String limit) throws JsonProcessingException {
        FieldErrors errors = new FieldErrors();
        LimitRangeRules.check(
                new ObjectMapper().readTree("{\"spec\":{\"limits\":[" + limit + "]}}"), errors);
        return errors.isEmpty() ? "" : errors.message();
    }

    @Test
    void a_limit_whose_amounts_are_in_order_is_fine() throws JsonProcessingException {
        assertThat(
                        wrong(
                                """
                                {"type":"Container","min":{"cpu":"100m"},"max":{"cpu":"2"},
                                 "defaultRequest":{"cpu":"0.5"},"default":{"cpu":"1"},
                                 "maxLimitRequestRatio":{"cpu":"4"}}
                                """))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'min':{'cpu':'2'},'max':{'cpu':'1'}|min value 2 is greater than max value 1",
                "'min':{'cpu':'2'},'default':{'cpu':'1'}|min value 2 is greater than default value",
                "'max':{'cpu':'1'},'default':{'cpu':'1500m'}|default value 1500m is greater than max",
                "'max':{'cpu':'4'},'min':{'cpu':'2'},'maxLimitRequestRatio':{'cpu':'3'}|= 2.000000",
                "'maxLimitRequestRatio':{'cpu':'900m'}|ratio 900m is less than 1",
                "'max':{'bananas':'1'}|must be a standard resource for containers",
                "'default':{'example.com/x':'1'},'defaultRequest':{'example.com/x':'2'}|must equal"
            })
    void amounts_out_of_order_are_refused(String amounts, String words)
            throws JsonProcessingException {
        String limit = "{\"type\":\"Container\"," + amounts.replace('\'', '"') + "}";
        assertThat(wrong(limit)).contains(words);
    }

    @Test
    void what_is_for_containers_only_a_pod_may_not_have() throws JsonProcessingException {
        assertThat(wrong("{\"type\":\"Pod\",\"default\":{\"cpu\":\"1\"}}"))
                .isEqualTo(
                        "spec.limits[0].default: Forbidden: may not be specified when `type` is"
                                + " 'Pod'");
    }
}
