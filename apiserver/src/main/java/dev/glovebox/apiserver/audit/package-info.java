/// The record of who asked the API for what, and what came of it.
@NullMarked
package dev.glovebox.apiserver.audit;

import org.jspecify.annotations.NullMarked;
