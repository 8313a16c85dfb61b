/**
 * Tests of the room of the same name, beside the code they hold to its promises. Real parts where
 * one can be started; no mocking library and no sleeping may enter.
 */
@NullMarked
package io.weir.gateway.pipeline.tool;

import org.jspecify.annotations.NullMarked;
