/**
 * The fault suite: the messaging library under load on real servers, which are killed, stopped, cut
 * off and filled, and an oracle that counts what was lost, doubled or stuck.
 */
@NullMarked
package io.weir.faults;

import org.jspecify.annotations.NullMarked;
