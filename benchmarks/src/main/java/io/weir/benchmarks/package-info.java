/**
 * What the messaging library costs beside raw jnats and a peer, measured on a real server in one
 * run. {@code Bench} is the way in and {@code Suite} says what is measured; {@code subject} holds
 * what is measured, {@code measure} how, {@code report} turns numbers into tables and plots. {@code
 * peer} is a worker on the peer for the fault suite, which {@code PeerFaults} plays. Nothing here
 * is shipped.
 */
@NullMarked
package io.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
