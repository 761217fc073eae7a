package dev.glovebox.apiserver.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The messages are those of kube-apiserver 1.34's validation.
class UserNamespaceRulesTest {
    private static String wrong(String spec) throws JsonProcessingException {
        FieldErrors errors = new FieldErrors();
        UserNamespaceRules.check(
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
                "'containers':[{'securityContext':{'procMount':'Unmasked'}}]"
                        + "|spec.containers[0].securityContext.procMount: Invalid value: \"\"Unmasked\"\": `hostUsers` must be false to use `Unmasked`",
                "'hostUsers':true,'initContainers':[{},{'securityContext':{'procMount':'Unmasked'}}]"
                        + "|spec.initContainers[1].securityContext.procMount: Invalid value",
                "'hostUsers':false,'ephemeralContainers':[{'securityContext':{'procMount':'Half'}}]"
                        + "|spec.ephemeralContainers[0].securityContext.procMount: Unsupported value",
                "'hostUsers':false,'hostNetwork':true"
                        + "|spec.hostNetwork: Forbidden: when `hostUsers` is false",
                "'hostUsers':false,'hostPID':true|spec.HostPID: Forbidden",
                "'hostUsers':false,'hostIPC':true|spec.HostIPC: Forbidden"
            })
    void what_needs_users_of_its_own_or_excludes_them_is_refused(String spec, String words)
            throws JsonProcessingException {
        assertThat(wrong(spec)).contains(words.replace("\"\"", "\""));
    }

    @Test
    void everything_else_is_fine() throws JsonProcessingException {
        assertThat(wrong("'hostNetwork':true,'containers':[{'securityContext':{}}]")).isEmpty();
        assertThat(
                        wrong(
                                "'hostUsers':false,'containers':[{'securityContext':{'procMount':'Unmasked'}},"
                                        + "{'securityContext':{'procMount':'Default'}}]"))
                .isEmpty();
    }
}
