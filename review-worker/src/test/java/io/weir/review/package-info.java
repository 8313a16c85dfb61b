/**
 * Tests of the worker as a whole and of the walls between its rooms. Tests of one room live beside
 * that room.
 */
@NullMarked
package io.weir.review;

import org.jspecify.annotations.NullMarked;
