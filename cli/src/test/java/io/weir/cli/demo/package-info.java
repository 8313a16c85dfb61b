/**
 * Tests of the room of the same name. Stand-ins are written by hand; no running platform may enter.
 */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
