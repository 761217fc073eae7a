/// Tests of the whole engine through what a user types: the launcher, an ordinary kubectl, curl.
/// They know nothing of the engine's classes.
@NullMarked
package dev.glovebox.e2e;

import org.jspecify.annotations.NullMarked;
