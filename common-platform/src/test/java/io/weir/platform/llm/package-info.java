/**
 * Tests of the model client against a scripted endpoint on a real socket: good answers, and every
 * way to fail.
 */
@NullMarked
package io.weir.platform.llm;

import org.jspecify.annotations.NullMarked;
