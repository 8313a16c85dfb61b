package io.weir.messaging.deadletter;

/** What became of a letter that was to be replayed or discarded. */
public sealed interface LetterOutcome {
  /** The letter's id. */
  long letter();

  /**
   * Replayed or discarded, and no longer among the letters.
   *
   * @param sequence where the message is stored now; 0 for one that was discarded
   * @param before whether it had been stored by an earlier attempt that was broken off
   */
  record Done(long letter, long sequence, boolean before) implements LetterOutcome {}

  /** There is no such letter: it was replayed, discarded or never there. */
  record Missing(long letter) implements LetterOutcome {}

  /** Kept; nothing was published. */
  record Failed(long letter, String reason) implements LetterOutcome {}

  /**
   * Kept: an earlier attempt was broken off, and whether the message was published then can no
   * longer be found out. Publishing it again is for a person to decide.
   */
  record Uncertain(long letter, String reason) implements LetterOutcome {}
}
