package io.weir.platform.work;

import java.time.Instant;
import org.bson.Document;

/** What became of a try to claim a piece of work. */
public sealed interface ClaimResult {
  /**
   * It is ours until the lease ends.
   *
   * @param document the document as it is now, the claim included
   * @param epoch guards later writes: they are refused once somebody else has claimed it
   */
  record Claimed(Document document, long epoch) implements ClaimResult {}

  /**
   * Somebody else is at it.
   *
   * @param until when their lease ends if they don't renew it
   */
  record HeldByTwin(Instant until) implements ClaimResult {}

  /** It is done: announce the stored result again. */
  record Finished(Document document) implements ClaimResult {}

  /** There is no such document. */
  record Missing() implements ClaimResult {}
}
