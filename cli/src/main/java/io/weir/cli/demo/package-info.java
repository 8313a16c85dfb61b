/**
 * The demo: real input pushed through every service over its HTTP interface, and the results shown.
 * What a good result is, is decided in {@code check}; this room sends, waits and prints.
 */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
