package io.weir.platform.access;

/** What became of taking a key back. */
public sealed interface RevokeResult {
  /** It is refused from now on; by a service that has just seen it, after its cache time. */
  record Revoked(ApiKey key) implements RevokeResult {}

  /** Somebody did that before; its time of revocation stays. */
  record RevokedBefore(ApiKey key) implements RevokeResult {}

  /** There is no such key. */
  record Missing() implements RevokeResult {}
}
