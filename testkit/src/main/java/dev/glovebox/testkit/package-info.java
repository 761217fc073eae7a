/// What tests of several modules share: a manual clock, fakes, machine checks.
@NullMarked
package dev.glovebox.testkit;

import org.jspecify.annotations.NullMarked;
