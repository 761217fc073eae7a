package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Volumes, claims, and endpoints: what a change may do.
class StorageApiTest {
    private static final String CLAIMS = "/api/v1/namespaces/default/persistentvolumeclaims";
    private static final String VOLUMES = "/api/v1/persistentvolumes";
    private static final String SLICES =
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    private static final String CLAIM =
            """
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"c"},"spec":\
            {"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}\
            """;
    private static final String VOLUME =
            """
            {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":\
            {"accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"},\
            "csi":{"driver":"a.b","volumeHandle":"h"}}}\
            """;
    private static final String SLICE =
            """
            {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"s"},\
            "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"port":80}]}\
            """;

    @TempDir Path folder;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void a_claim_is_bound_once_and_grows_only_then() {
        api.post(CLAIMS, CLAIM);
        String larger = "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"2Gi\"}}}}";
        assertThat(api.patch(CLAIMS + "/c", "merge", larger).code()).isEqualTo(422);
        String volume = "{\"spec\":{\"volumeName\":\"v\"}}";
        assertThat(api.patch(CLAIMS + "/c", "merge", volume).code()).isEqualTo(200);
        assertThat(api.patch(CLAIMS + "/c", "merge", volume.replace("v\"}", "w\"}")).code())
                .isEqualTo(422);
        api.patch(CLAIMS + "/c/status", "merge", "{\"status\":{\"phase\":\"Bound\"}}");
        assertThat(api.patch(CLAIMS + "/c", "merge", larger).code()).isEqualTo(200);
    }

    @Test
    void a_volume_stays_what_it_is_but_learns_the_secret_that_lets_it_grow() {
        assertThat(api.post(VOLUMES, VOLUME).code()).isEqualTo(201);
        String secret =
                "{\"spec\":{\"csi\":{\"controllerExpandSecretRef\":{\"name\":\"a\",\"namespace\":\"b\"}}}}";
        assertThat(api.patch(VOLUMES + "/v", "merge", secret).code()).isEqualTo(200);
        String other = "{\"spec\":{\"csi\":{\"volumeHandle\":\"i\"}}}";
        assertThat(api.patch(VOLUMES + "/v", "merge", other).message())
                .contains("spec.persistentvolumesource: Forbidden");
        assertThat(api.delete(VOLUMES + "/v").at("/kind")).isEqualTo("PersistentVolume");
    }

    @Test
    void a_slice_counts_what_matters_to_its_readers() {
        assertThat(api.post(SLICES, SLICE).at("/metadata/generation")).isEqualTo("1");
        String annotation = "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}";
        assertThat(api.patch(SLICES + "/s", "merge", annotation).at("/metadata/generation"))
                .isEqualTo("1");
        String label = "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}";
        assertThat(api.patch(SLICES + "/s", "merge", label).at("/metadata/generation"))
                .isEqualTo("2");
        String ports = "{\"ports\":[{\"port\":81}]}";
        assertThat(api.patch(SLICES + "/s", "merge", ports).at("/metadata/generation"))
                .isEqualTo("3");
    }

    @Test
    void endpoints_warn_of_what_has_replaced_them() {
        assertThat(api.get("/api/v1/endpoints").warnings())
                .containsExactly(
                        "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
    }
}
