/**
 * Who we are to NATS, as settings that are checked before the first connection and read anew at
 * each, and what a refusal means. No connection is made here.
 */
@NullMarked
package io.weir.messaging.jetstream.security;

import org.jspecify.annotations.NullMarked;
