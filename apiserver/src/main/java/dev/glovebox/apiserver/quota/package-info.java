/// What objects count against a ResourceQuota, and what they ask of each resource. Pure.
@NullMarked
package dev.glovebox.apiserver.quota;

import org.jspecify.annotations.NullMarked;
