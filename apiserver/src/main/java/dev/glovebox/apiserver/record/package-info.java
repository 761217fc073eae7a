/// What is noted about a request while it is answered, for the record that is kept of it.
@NullMarked
package dev.glovebox.apiserver.record;

import org.jspecify.annotations.NullMarked;
