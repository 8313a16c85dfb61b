/** Pieces of work: how each is asked for, and what must be found of it in the end. */
@NullMarked
package io.weir.kills.work;

import org.jspecify.annotations.NullMarked;
