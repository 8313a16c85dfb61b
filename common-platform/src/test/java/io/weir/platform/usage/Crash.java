package io.weir.platform.usage;

/** The process dies here. */
final class Crash extends RuntimeException {
  private static final long serialVersionUID = 1;

  Crash() {
    super("killed", null, false, false);
  }
}
