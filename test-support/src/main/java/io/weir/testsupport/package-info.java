/**
 * What tests of all modules share and nobody ships: an LLM upstream that does what a script says, a
 * proxy that cuts connections, waiting without sleeping. It knows protocols and processes only; no
 * class of a service or of the messaging library may enter.
 */
@NullMarked
package io.weir.testsupport;

import org.jspecify.annotations.NullMarked;
