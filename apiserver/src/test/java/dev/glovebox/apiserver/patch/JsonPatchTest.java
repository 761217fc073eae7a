package dev.glovebox.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class JsonPatchTest {
    private static String patched(String object, String patch) throws JsonProcessingException {
        return JsonPatch.apply(tree(object), tree(patch)).toString().replace('"', '\'');
    }

    private static JsonNode tree(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void operations_apply_in_their_order() throws Exception {
        assertThat(
                        patched(
                                "{'a':1,'l':[1,2]}",
                                "[{'op':'test','path':'/a','value':1},"
                                        + "{'op':'move','from':'/a','path':'/b'},"
                                        + "{'op':'copy','from':'/b','path':'/l/-'},"
                                        + "{'op':'add','path':'/l/0','value':0},"
                                        + "{'op':'remove','path':'/l/1'}]"))
                .isEqualTo("{'l':[0,2,1],'b':1}");
    }

    @Test
    void slashes_and_tildes_in_names_are_escaped() throws Exception {
        assertThat(patched("{'x/y~':1}", "[{'op':'replace','path':'/x~1y~0','value':2}]"))
                .isEqualTo("{'x/y~':2}");
    }

    @Test
    void a_patch_that_does_not_fit_changes_nothing() throws Exception {
        JsonNode object = tree("{'a':1}");
        for (String patch :
                new String[] {
                    "[{'op':'remove','path':'/a'},{'op':'test','path':'/a','value':1}]",
                    "[{'op':'remove','path':'/b'}]",
                    "[{'op':'add','path':'/b/c','value':1}]",
                    "[{'op':'jump','path':'/a'}]",
                    "[{'op':'add','path':'/a'}]"
                }) {
            assertThatThrownBy(() -> JsonPatch.apply(object, tree(patch)))
                    .isInstanceOf(PatchException.class);
        }
        assertThat(object).isEqualTo(tree("{'a':1}"));
    }

    @Test
    void copies_cannot_grow_without_end() throws Exception {
        StringBuilder patch = new StringBuilder("[");
        for (int i = 0; i < 40; i++) {
            patch.append(i == 0 ? "" : ",").append("{'op':'copy','from':'','path':'/c" + i + "'}");
        }
        JsonNode operations = tree(patch.append("]").toString());
        JsonNode object = tree("{'a':'0123456789'}");
        assertThatThrownBy(() -> JsonPatch.apply(object, operations))
                .isInstanceOf(PatchException.class)
                .hasMessageStartingWith("copies exceed");
    }
}
