package dev.glovebox.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;

/// An object of any kind of which only the metadata matter: everything else of it is not read.
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonDeserialize(using = JsonDeserializer.None.class)
public class AnyObject implements HasMetadata {
    private static final long serialVersionUID = 1L;

    @JsonProperty private String apiVersion = "";
    @JsonProperty private String kind = "";
    @JsonProperty private ObjectMeta metadata = new ObjectMeta();

    /// A resource in namespaces whose objects are read like this.
    ///
    /// @param group API group, empty for core
    public static Resource<AnyObject> namespaced(String group, String version, String plural) {
        return new Resource<>(group, version, plural, true, AnyObject.class);
    }

    /// A resource without namespaces whose objects are read like this.
    ///
    /// @param group API group, empty for core
    public static Resource<AnyObject> clusterWide(String group, String version, String plural) {
        return new Resource<>(group, version, plural, false, AnyObject.class);
    }

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public void setApiVersion(String apiVersion) {
        this.apiVersion = apiVersion;
    }

    @Override
    public String getKind() {
        return kind;
    }

    /// Sets the kind.
    public void setKind(String kind) {
        this.kind = kind;
    }

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = metadata;
    }
}
