package io.weir.platform.usage;

/** How far a piece of work is whose charge has been open for long. */
public sealed interface WorkState {
  /** Asks a service's store. */
  @FunctionalInterface
  interface Source {
    /**
     * The state of the work that {@code charge} was made for. Work whose document holds another
     * charge, or none, is gone as far as this one is concerned.
     */
    WorkState of(Charge charge) throws InterruptedException;
  }

  /**
   * It is done, and nobody came to say so.
   *
   * @param spend as its document has it
   */
  record Finished(Spend spend) implements WorkState {}

  /** It waits, or somebody is at it: a day's outage must not refund what is queued. */
  record Alive() implements WorkState {}

  /** It was never stored, was stored with another charge, or was erased. */
  record Gone() implements WorkState {}
}
