/**
 * Signed tokens (JWT) of an identity provider: what they must have, the issuer's keys and how long
 * those count. Says whose a token is and what it may do; what a service makes of that is for others
 * to decide. No server, no store, no key that came with a token, and nothing of a token in what is
 * logged.
 */
@NullMarked
package io.weir.platform.token;

import org.jspecify.annotations.NullMarked;
