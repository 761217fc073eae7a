/// Installing OCI runtimes: where programs come from, what they must prove before they are taken,
/// and which versions are kept.
@NullMarked
package dev.glovebox.runtimes.install;

import org.jspecify.annotations.NullMarked;
