/// What is wrong with an object, in Kubernetes' words: field errors and the rules that report them.
@NullMarked
package dev.glovebox.apiserver.rules;

import org.jspecify.annotations.NullMarked;
