@NullMarked
package dev.glovebox.apiserver.pki;

import org.jspecify.annotations.NullMarked;
