/// Objects of CustomResourceDefinitions on their way from one version to another, by a webhook
/// where the definition names one.
@NullMarked
package dev.glovebox.apiserver.conversion;

import org.jspecify.annotations.NullMarked;
