/**
 * Who may come in: API keys and their store, users by their tokens, what a caller is allowed, and
 * how often they may ask. Answers with values and decides nothing about HTTP: no server, no header
 * but the two that carry credentials, and no service's documents may enter here.
 */
@NullMarked
package io.weir.platform.access;

import org.jspecify.annotations.NullMarked;
