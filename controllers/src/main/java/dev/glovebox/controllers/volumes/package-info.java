/// What keeps volumes and claims from going while they are used.
@NullMarked
package dev.glovebox.controllers.volumes;

import org.jspecify.annotations.NullMarked;
