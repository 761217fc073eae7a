/// What controllers have in common: shared images, a queue with its workers, claims of owners on
/// objects, making and deleting pods, events.
@NullMarked
package dev.glovebox.controllers.loop;

import org.jspecify.annotations.NullMarked;
