/**
 * Tests of the local stack, most on real child processes. What other modules' tests need belongs
 * into test-support; nothing of a service may enter here.
 */
@NullMarked
package io.weir.localstack;

import org.jspecify.annotations.NullMarked;
