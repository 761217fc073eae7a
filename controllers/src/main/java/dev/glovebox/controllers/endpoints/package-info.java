/// The controllers of EndpointSlices and Endpoints: where the pods of a Service are.
@NullMarked
package dev.glovebox.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
