/// What changes or refuses a request after it is authorised and before it is validated.
@NullMarked
package dev.glovebox.apiserver.admission;

import org.jspecify.annotations.NullMarked;
