/// The controllers of Jobs: pods that come to an end, and the Jobs that have.
@NullMarked
package dev.glovebox.controllers.jobs;

import org.jspecify.annotations.NullMarked;
