package io.weir.e2e.fuzz;

/** What the services are told, and requests are measured by. */
public final class FuzzLimits {
  /** {@code HTTP_MAX_BODY}, in bytes. */
  public static final int BODY = 256 * 1024;

  private FuzzLimits() {}
}
