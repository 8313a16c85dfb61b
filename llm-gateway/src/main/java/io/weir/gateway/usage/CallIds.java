package io.weir.gateway.usage;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids of calls to models: UUIDs that begin with the time (RFC 9562, version 7), so that rows of the
 * ledger that are written together lie together in its indexes. Unique, and no secret.
 */
public final class CallIds {
  private static final int MILLIS_BITS = 48;
  private static final long VERSION = 0x7000;
  private static final long VARIANT = 1L << 63;

  private CallIds() {}

  /** One that nobody else has. */
  public static String next() {
    var random = ThreadLocalRandom.current();
    return at(System.currentTimeMillis(), random.nextLong(), random.nextLong());
  }

  static String at(long millis, long first, long second) {
    long high = (millis << (Long.SIZE - MILLIS_BITS)) | VERSION | (first & 0xfff);
    return new UUID(high, (second >>> 2) | VARIANT).toString();
  }
}
