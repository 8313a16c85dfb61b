package io.weir.platform.usage;

/**
 * What the rows of a user's month come to.
 *
 * @param rows how many there are, given back or not
 */
public record LedgerSums(long tokens, long requests, long costMicros, long rows) {
  static final LedgerSums NONE = new LedgerSums(0, 0, 0, 0);

  LedgerSums plus(LedgerRow row) {
    return new LedgerSums(
        tokens + row.spend().tokens(),
        requests + row.requests(),
        costMicros + row.spend().costMicros(),
        rows + 1);
  }
}
