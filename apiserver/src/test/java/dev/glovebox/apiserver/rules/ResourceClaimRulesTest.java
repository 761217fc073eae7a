package dev.glovebox.apiserver.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The messages are those that kube-apiserver 1.34.4 was seen to answer with.
class ResourceClaimRulesTest {
    private static final String ONE = "'resourceClaims':[{'name':'g','resourceClaimName':'a'}],";

    private static String wrong(String spec) throws JsonProcessingException {
        FieldErrors errors = new FieldErrors();
        ResourceClaimRules.check(
                new ObjectMapper().readTree("{" + spec.replace('\'', '"') + "}"),
                Path.of("spec"),
                errors);
        return errors.isEmpty() ? "" : errors.message();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'gpu'}|spec.resourceClaims[0]: Invalid value: {'Name':'gpu','ResourceClaimName':null,'ResourceClaimTemplateName':null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`",
                "{'name':'gpu','resourceClaimName':'a','resourceClaimTemplateName':'b'}|spec.resourceClaims[0]: Invalid value: {'Name':'gpu','ResourceClaimName':'a','ResourceClaimTemplateName':'b'}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified",
                "{'name':'gpu','resourceClaimName':'a'},{'name':'gpu','resourceClaimName':'a'}|spec.resourceClaims[1].name: Duplicate value: 'gpu'",
                "{'name':'','resourceClaimName':'a'}|spec.resourceClaims[0].name: Required value",
                "{'name':'G_','resourceClaimName':'a'}|spec.resourceClaims[0].name: Invalid value: 'G_': a lowercase RFC 1123 label",
                "{'name':'g','resourceClaimName':'A_'}|spec.resourceClaims[0].resourceClaimName: Invalid value: 'A_': a lowercase RFC 1123 subdomain",
                "{'name':'g','resourceClaimTemplateName':'A_'}|spec.resourceClaims[0].resourceClaimTemplateName: Invalid value: 'A_': a lowercase RFC 1123 subdomain"
            })
    void a_claim_has_a_name_of_its_own_and_one_source(String claims, String words)
            throws JsonProcessingException {
        assertThat(wrong("'resourceClaims':[" + claims + "]")).startsWith(words.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'h'}|0]: Not found: 'h': must be one of the names in pod.spec.resourceClaims: g",
                "{'name':'g'},{'name':'g'}|1]: Duplicate value: 'g'",
                "{'name':'g','request':'r'},{'name':'g'}|1]: Duplicate value: 'g'",
                "{'name':'g','request':'r'},{'name':'g','request':'r'}|1]: Duplicate value: 'g/r'",
                "{'name':''}|0]: Required value"
            })
    void a_container_uses_each_of_its_pods_claims_once(String claims, String words)
            throws JsonProcessingException {
        String use = "[{'resources':{'claims':[" + claims + "]}}]";
        String said = words.replace('\'', '"');
        assertThat(wrong(ONE + "'containers':" + use))
                .isEqualTo("spec.containers[0].resources.claims[" + said);
        assertThat(wrong(ONE + "'initContainers':" + use))
                .isEqualTo("spec.initContainers[0].resources.claims[" + said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'containers':[{}]",
                ONE + "'containers':[{'resources':{'claims':[{'name':'g'}]}}]",
                ONE
                        + "'containers':[{'resources':{'claims':[{'name':'g','request':'r'},{'name':'g','request':'s'}]}}]"
            })
    void everything_else_is_fine(String spec) throws JsonProcessingException {
        assertThat(wrong(spec)).isEmpty();
    }

    @Test
    void a_container_of_a_pod_without_claims_has_none() throws JsonProcessingException {
        assertThat(wrong("'containers':[{'resources':{'claims':[{'name':'h'}]}}]"))
                .isEqualTo(
                        "spec.containers[0].resources.claims[0]: Not found: \"h\": must be one of"
                                + " the names in pod.spec.resourceClaims which is empty");
    }
}
