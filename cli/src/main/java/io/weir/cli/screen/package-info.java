/**
 * What people see: the table of the parts of the platform, redrawn in place on a terminal and as
 * plain lines elsewhere. It is told what to show; it starts, asks and decides nothing.
 */
@NullMarked
package io.weir.cli.screen;

import org.jspecify.annotations.NullMarked;
