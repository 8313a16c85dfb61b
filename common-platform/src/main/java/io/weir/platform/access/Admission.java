package io.weir.platform.access;

import java.time.Duration;

/** What became of somebody who wants in. */
public sealed interface Admission {
  /** They are known. Whether they may do what they want is a matter of their scopes. */
  record Admitted(Principal principal) implements Admission {}

  /**
   * They are not known. Says nothing about why: one who tries keys must not learn whether a key
   * exists, was forged, has expired or is revoked. The log knows.
   */
  record Refused() implements Admission {}

  /**
   * Nobody can say now who they are. Never an answer to credentials that are wrong in their form.
   *
   * @param reason for logs, not for the caller
   * @param retryAfter when asking again makes sense
   */
  record Unavailable(String reason, Duration retryAfter) implements Admission {}
}
