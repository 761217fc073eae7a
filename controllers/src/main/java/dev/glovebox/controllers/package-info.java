/// Control loops over the Kubernetes API: namespace deletion and what follows it.
@NullMarked
package dev.glovebox.controllers;

import org.jspecify.annotations.NullMarked;
