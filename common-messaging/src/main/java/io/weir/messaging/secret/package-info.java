/**
 * Finds and masks secrets in texts: keys in their providers' formats, private keys, passwords in
 * addresses, literals that are given to names such as PASSWORD, random-looking strings. One scanner
 * for the doors of all services, for their logs and for the reasons of dead letters. Nothing here
 * does I/O, reads a clock or knows another room; every type is immutable and thread-safe, and every
 * scan is linear in the length of the text.
 */
@NullMarked
package io.weir.messaging.secret;

import org.jspecify.annotations.NullMarked;
