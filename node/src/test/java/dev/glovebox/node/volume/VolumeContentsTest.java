package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.spec.PodObjects;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFileBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeContentsTest {
    private final ManualClock clock = ManualClock.atNoon();
    private final Api api = new Api();
    private final PodTokens tokens = new PodTokens(api, clock);
    private static final NodeView NODE =
            new NodeView(
                    List.of("192.0.2.1"),
                    Map.of("cpu", new Quantity("4"), "memory", new Quantity("1Gi")));
    private final VolumeContents contents = new VolumeContents(api, tokens, NODE);
    private final Pod pod =
            new PodBuilder()
                    .withNewMetadata()
                    .withNamespace("ns")
                    .withName("p")
                    .withUid("u")
                    .addToLabels("b", "say \"hi\"\n")
                    .addToLabels("a", "1")
                    .endMetadata()
                    .withNewSpec()
                    .withServiceAccountName("robot")
                    .addNewContainer()
                    .withName("c")
                    .withNewResources()
                    .addToLimits("cpu", new io.fabric8.kubernetes.api.model.Quantity("1500m"))
                    .endResources()
                    .endContainer()
                    .endSpec()
                    .build();

    /// Two objects, and tokens for whoever asks.
    private final class Api implements PodObjects {
        final Map<String, String> data = new HashMap<>(Map.of("k", "v", "l", "w"));
        final List<PodToken.Wanted> asked = new ArrayList<>();

        @Override
        public Optional<ConfigMap> configMap(String namespace, String name) {
            return (namespace + "/" + name).equals("ns/m")
                    ? Optional.of(new ConfigMapBuilder().withData(data).build())
                    : Optional.empty();
        }

        @Override
        public Optional<Secret> secret(String namespace, String name) {
            return (namespace + "/" + name).equals("ns/s")
                    ? Optional.of(new SecretBuilder().addToData("key", "c2VjcmV0").build())
                    : Optional.empty();
        }

        @Override
        public Optional<io.fabric8.kubernetes.api.model.Service> service(
                String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public List<io.fabric8.kubernetes.api.model.Service> services(String namespace) {
            return List.of();
        }

        @Override
        public PodToken token(PodToken.Wanted wanted) {
            asked.add(wanted);
            return new PodToken("token " + asked.size(), clock.instant().plus(wanted.life()));
        }
    }

    private Map<String, String> texts(Volume volume) {
        Map<String, String> texts = new HashMap<>();
        contents.of(pod, volume)
                .forEach((path, file) ->
                        texts.put(path, new String(file.bytes(), StandardCharsets.UTF_8)));
        return texts;
    }

    private static Volume configMap(String name, String path, boolean optional) {
        return new VolumeBuilder()
                .withName("v")
                .withNewConfigMap()
                .withName(name)
                .withOptional(optional)
                .withDefaultMode(0444)
                .addNewItem()
                .withKey("k")
                .withMode(0400)
                .withPath(path)
                .endItem()
                .endConfigMap()
                .build();
    }

    @Test
    void a_source_that_names_nothing_adds_nothing_and_one_of_an_unknown_kind_is_refused() {
        VolumeBuilder volume =
                new VolumeBuilder()
                        .withName("v")
                        .withNewProjected()
                        .addNewSource()
                        .endSource()
                        .addNewSource()
                        .withNewConfigMap()
                        .withName("m")
                        .endConfigMap()
                        .endSource()
                        .endProjected();
        assertThat(texts(volume.build())).isEqualTo(Map.of("k", "v", "l", "w"));
        Volume bundle =
                volume.editProjected()
                        .editFirstSource()
                        .withNewClusterTrustBundle()
                        .withPath("ca.pem")
                        .endClusterTrustBundle()
                        .endSource()
                        .endProjected()
                        .build();
        assertThatThrownBy(() -> texts(bundle))
                .hasMessageContaining("a projected source of a kind that is not served yet");
    }

    @Test
    void each_key_is_a_file_unless_items_say_otherwise() {
        Volume all =
                new VolumeBuilder()
                        .withName("v")
                        .withNewConfigMap()
                        .withName("m")
                        .endConfigMap()
                        .build();
        assertThat(texts(all)).isEqualTo(Map.of("k", "v", "l", "w"));
        Map<String, FileContent> some = contents.of(pod, configMap("m", "d/x", false));
        assertThat(some.keySet()).containsExactly("d/x");
        assertThat(some.get("d/x"))
                .isEqualTo(new FileContent("v".getBytes(StandardCharsets.UTF_8), 0400));
    }

    @Test
    void what_is_missing_is_named_unless_it_is_optional() {
        assertThatThrownBy(() -> contents.of(pod, configMap("other", "x", false)))
                .isInstanceOf(MissingException.class)
                .hasMessage(
                        "MountVolume.SetUp failed for volume \"v\" : configmap \"other\" not found");
        assertThat(contents.of(pod, configMap("other", "x", true))).isEmpty();
        api.data.remove("k");
        assertThatThrownBy(() -> contents.of(pod, configMap("m", "x", false)))
                .hasMessageContaining("references non-existent config key: k");
        assertThat(contents.of(pod, configMap("m", "x", true))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a/../../x", "..data", "", "a//b", "./a", "..x/y"})
    void a_path_does_not_leave_the_volume(String path) {
        assertThatThrownBy(() -> contents.of(pod, configMap("m", path, false)))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("does not stay in the volume");
    }

    @Test
    void what_is_too_much_is_refused() {
        api.data.put("big", "x".repeat(VolumeContents.MOST_BYTES));
        Volume all =
                new VolumeBuilder()
                        .withName("v")
                        .withNewConfigMap()
                        .withName("m")
                        .endConfigMap()
                        .build();
        assertThatThrownBy(() -> contents.of(pod, all))
                .isInstanceOf(VolumeException.class)
                .hasMessageContaining("are more than");
    }

    @Test
    void a_secret_is_decoded_and_no_text_shows_it() {
        Volume volume =
                new VolumeBuilder()
                        .withName("v")
                        .withNewSecret()
                        .withSecretName("s")
                        .endSecret()
                        .build();
        assertThat(texts(volume)).isEqualTo(Map.of("key", "secret"));
        assertThat(contents.of(pod, volume).toString()).doesNotContain("secret");
    }

    @Test
    void a_pod_is_told_of_itself() {
        var told = new VolumeBuilder().withName("v").withNewDownwardAPI();
        told.addNewItem().withPath("labels").withNewFieldRef("v1", "metadata.labels").endItem();
        told.addToItems(
                resource("limits.cpu", "1"),
                resource("limits.memory", "1Mi"),
                resource("requests.memory", "1"));
        assertThat(texts(told.endDownwardAPI().build()))
                .isEqualTo(
                        Map.of(
                                "labels", "a=\"1\"\nb=\"say \\\"hi\\\"\\n\"",
                                "limits.cpu", "2",
                                "limits.memory", "1024",
                                "requests.memory", "0"));
    }

    @Test
    void a_container_without_a_limit_is_told_its_pods() {
        Volume volume =
                new VolumeBuilder()
                        .withName("v")
                        .withNewDownwardAPI()
                        .addToItems(resource("limits.memory", "1Mi"))
                        .endDownwardAPI()
                        .build();
        pod.getSpec()
                .setResources(
                        new ResourceRequirementsBuilder()
                                .addToLimits("memory", new Quantity("96Mi"))
                                .build());
        assertThat(texts(volume)).isEqualTo(Map.of("limits.memory", "96"));
    }

    private static DownwardAPIVolumeFile resource(String name, String divisor) {
        return new DownwardAPIVolumeFileBuilder()
                .withPath(name)
                .withNewResourceFieldRef()
                .withContainerName("c")
                .withResource(name)
                .withDivisor(new Quantity(divisor))
                .endResourceFieldRef()
                .build();
    }

    private static Volume token() {
        return new VolumeBuilder()
                .withName("v")
                .withNewProjected()
                .withDefaultMode(0644)
                .addNewSource()
                .withNewServiceAccountToken()
                .withExpirationSeconds(3607L)
                .withPath("token")
                .endServiceAccountToken()
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName("m")
                .endConfigMap()
                .endSource()
                .endProjected()
                .build();
    }

    @Test
    void a_token_is_the_pods_own_and_replaced_before_four_fifths_of_its_life() {
        assertThat(texts(token())).containsEntry("token", "token 1").containsEntry("k", "v");
        assertThat(api.asked)
                .containsExactly(
                        new PodToken.Wanted(
                                new ObjectKey("ns", "robot"),
                                "p",
                                "u",
                                List.of(),
                                Duration.ofSeconds(3607)));
        clock.advance(Duration.ofMinutes(48));
        assertThat(texts(token())).containsEntry("token", "token 1");
        clock.advance(Duration.ofSeconds(10));
        assertThat(texts(token())).containsEntry("token", "token 2");
        tokens.forget("u");
        assertThat(texts(token())).containsEntry("token", "token 3");
    }

    @Test
    void a_token_is_closed_to_others_where_one_user_runs_all_containers() {
        assertThat(contents.of(pod, token()).get("token"))
                .extracting(FileContent::mode)
                .isEqualTo(0644);
        Pod one =
                new PodBuilder(pod)
                        .editSpec()
                        .withNewSecurityContext()
                        .withRunAsUser(1000L)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        FileContent file = contents.of(one, token()).get("token");
        assertThat(file).isNotNull().extracting(FileContent::mode).isEqualTo(0600);
        assertThat(file).extracting(FileContent::owner).isEqualTo(1000L);
    }
}
