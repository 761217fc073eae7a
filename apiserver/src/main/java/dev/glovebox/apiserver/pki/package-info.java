/// The cluster's own certificate authority, its certificates, and the kubeconfig made of them.
@NullMarked
package dev.glovebox.apiserver.pki;

import org.jspecify.annotations.NullMarked;
