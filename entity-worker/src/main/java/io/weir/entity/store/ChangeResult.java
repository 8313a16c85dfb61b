package io.weir.entity.store;

/** What became of a change to a breadcrumb. */
public sealed interface ChangeResult {
  /**
   * It is stored, and its event with it.
   *
   * @param breadcrumb as it is now
   * @param announced whether its event is published already; if not, it is soon
   */
  record Changed(Breadcrumb breadcrumb, boolean announced) implements ChangeResult {}

  /** There is no such breadcrumb, or no more. */
  record Missing() implements ChangeResult {}

  /**
   * Somebody else changed it first.
   *
   * @param version the version that it has now
   */
  record Conflict(long version) implements ChangeResult {}
}
