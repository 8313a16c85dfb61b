/**
 * Tests of the test support itself: a stand-in that does not do what it says makes every test built
 * on it worthless.
 */
@NullMarked
package io.weir.testsupport;

import org.jspecify.annotations.NullMarked;
