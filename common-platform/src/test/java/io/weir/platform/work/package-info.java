/**
 * Tests of outbox, sweeper and claims against the embedded MongoDB-wire server, with many workers
 * at once and with a broker that is away, forgets to answer, or is a real one.
 */
@NullMarked
package io.weir.platform.work;

import org.jspecify.annotations.NullMarked;
