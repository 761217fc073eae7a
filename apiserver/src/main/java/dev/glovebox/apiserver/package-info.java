/// The Kubernetes API: kinds as data, admission, validation, patches, tables, and HTTP before it.
@NullMarked
package dev.glovebox.apiserver;

import org.jspecify.annotations.NullMarked;
