/// The Pod Security Standards: what a pod of a level may not ask for, by version. Pure. Source:
/// `k8s.io/pod-security-admission`.
@NullMarked
package dev.glovebox.apiserver.podsecurity;

import org.jspecify.annotations.NullMarked;
