/// Schemas of objects, and what follows from them alone: decoding, unknown fields, defaults,
/// quantities and times in canonical form.
@NullMarked
package dev.glovebox.apiserver.schema;

import org.jspecify.annotations.NullMarked;
