/**
 * The {@code weir} command: which commands there are, what their options are, and what they exit
 * with. What a command does lives in the rooms below; no rule about findings, entities or packs may
 * enter here.
 */
@NullMarked
package io.weir.cli;

import org.jspecify.annotations.NullMarked;
