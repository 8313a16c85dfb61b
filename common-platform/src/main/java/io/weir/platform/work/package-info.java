/**
 * Accepting work without losing it and doing it once in effect: events kept in the document until
 * they are published, a sweeper for those that were left, idempotency keys and the answers under
 * them, claims with an epoch. Works on any collection; knows no service's documents.
 */
@NullMarked
package io.weir.platform.work;

import org.jspecify.annotations.NullMarked;
