/// The Common Expression Language as Kubernetes speaks it: types from schemas, functions, rules in
/// schemas, and the budget that keeps every evaluation short. The one package that knows the
/// library behind it.
@NullMarked
package dev.glovebox.apiserver.cel;

import org.jspecify.annotations.NullMarked;
