/**
 * {@code weir ask}: a question to a model through the gateway. What it prints is the answer and
 * nothing else, so that it can be piped.
 */
@NullMarked
package io.weir.cli.ask;

import org.jspecify.annotations.NullMarked;
