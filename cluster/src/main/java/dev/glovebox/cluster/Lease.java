package dev.glovebox.cluster;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;

/// coordination.k8s.io/v1 Lease: who holds something, and when he last said so. Nodes hold one each
/// in `kube-node-lease` and renew it to show that they are there.
@JsonDeserialize(using = JsonDeserializer.None.class)
public final class Lease extends AnyObject {
    /// Where nodes' leases are.
    public static final String NODES = "kube-node-lease";

    /// All leases.
    public static final Resource<Lease> RESOURCE =
            new Resource<>("coordination.k8s.io", "v1", "leases", true, Lease.class);

    private static final long serialVersionUID = 1L;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    @JsonProperty private HashMap<String, Serializable> spec = new HashMap<>();

    /// A node's lease, not renewed yet.
    ///
    /// @param seconds how long a renewal lasts
    public static Lease ofNode(String node, int seconds) {
        Lease lease = new Lease();
        lease.setApiVersion("coordination.k8s.io/v1");
        lease.setKind("Lease");
        lease.setMetadata(new ObjectMetaBuilder().withNamespace(NODES).withName(node).build());
        lease.spec.put("holderIdentity", node);
        lease.spec.put("leaseDurationSeconds", seconds);
        return lease;
    }

    /// Says that its holder is still there.
    public void renew(Instant now) {
        spec.put("renewTime", MICROS.format(now));
    }

    /// When it was last renewed, as its holder wrote it; empty for never.
    @JsonIgnore
    public String renewed() {
        return String.valueOf(spec.getOrDefault("renewTime", ""));
    }
}
