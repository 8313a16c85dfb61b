/**
 * {@code weir dlq}: dead letters from the shell, for people and as JSON. Decides nothing about
 * letters: the messaging library does what is asked, here it is asked for and shown.
 */
@NullMarked
package io.weir.cli.deadletter;

import org.jspecify.annotations.NullMarked;
