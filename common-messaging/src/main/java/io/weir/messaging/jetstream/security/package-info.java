/**
 * Who we are to NATS and whom we trust: credentials and TLS, as settings that are checked before
 * the first connection and read anew at each. No connection is made here.
 */
@NullMarked
package io.weir.messaging.jetstream.security;

import org.jspecify.annotations.NullMarked;
