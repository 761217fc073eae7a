/// CustomResourceDefinitions: the kind itself, its rules and its status, and the kinds that its
/// objects add to the API.
@NullMarked
package dev.glovebox.apiserver.crds;

import org.jspecify.annotations.NullMarked;
