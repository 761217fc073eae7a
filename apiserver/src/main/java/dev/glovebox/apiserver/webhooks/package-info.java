/// Admission webhooks: which are called for a request, how they are called, and what becomes of
/// their answers.
@NullMarked
package dev.glovebox.apiserver.webhooks;

import org.jspecify.annotations.NullMarked;
