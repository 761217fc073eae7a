/// The kinds' schemas as OpenAPI 2 (JSON and protobuf) and 3.
@NullMarked
package dev.glovebox.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
