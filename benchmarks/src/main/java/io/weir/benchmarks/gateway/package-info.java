/**
 * What the llm-gateway costs: requests a second, added latency and open streams, beside the same
 * upstream asked directly, nginx as a bare proxy and another gateway, in one run. Nothing of the
 * gateway's own classes comes in here; it is a process like the others.
 */
@NullMarked
package io.weir.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
