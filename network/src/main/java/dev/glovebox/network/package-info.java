/// Pod networks: CNI configuration, and packet filter rules compiled purely and applied by nft.
@NullMarked
package dev.glovebox.network;

import org.jspecify.annotations.NullMarked;
