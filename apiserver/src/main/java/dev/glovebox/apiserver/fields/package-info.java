/// Who manages which fields of an object: `metadata.managedFields` and server-side apply. Works on
/// trees and on what a [dev.glovebox.apiserver.schema.Schema] says about them, so built-in kinds
/// and those of CustomResourceDefinitions are the same to it.
@NullMarked
package dev.glovebox.apiserver.fields;

import org.jspecify.annotations.NullMarked;
