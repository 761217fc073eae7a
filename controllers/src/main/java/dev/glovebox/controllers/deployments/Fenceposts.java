package dev.glovebox.controllers.deployments;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.DeploymentSpec;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// How far a rolling update may go from the wanted number of pods.
///
/// @param surge pods beyond it
/// @param unavailable of it, pods that need not be available
record Fenceposts(int surge, int unavailable) {
    /// Of a Deployment that wants that many; none where it does not roll.
    static Fenceposts of(DeploymentSpec spec, int wanted) {
        DeploymentStrategy strategy = spec.getStrategy();
        if (strategy != null && "Recreate".equals(strategy.getType())) {
            return new Fenceposts(0, 0);
        }
        RollingUpdateDeployment rolling = strategy == null ? null : strategy.getRollingUpdate();
        int surge = rolling == null ? 0 : scaled(rolling.getMaxSurge(), wanted, RoundingMode.UP);
        int unavailable =
                rolling == null
                        ? 0
                        : scaled(rolling.getMaxUnavailable(), wanted, RoundingMode.DOWN);
        // Rounding may leave no room at all, and then nothing would ever roll.
        int least = surge == 0 && unavailable == 0 ? 1 : unavailable;
        return new Fenceposts(surge, Math.min(least, wanted));
    }

    private static int scaled(@Nullable IntOrString value, int wanted, RoundingMode rounding) {
        return switch (value == null ? null : value.getValue()) {
            case null -> 0;
            case Integer number -> number;
            case String text when text.matches("[0-9]{1,9}%") ->
                    new BigDecimal(text.substring(0, text.length() - 1))
                            .multiply(BigDecimal.valueOf(wanted))
                            .divide(BigDecimal.valueOf(100), 0, rounding)
                            .intValue();
            default -> throw new IllegalArgumentException("neither a number nor a share: " + value);
        };
    }
}
