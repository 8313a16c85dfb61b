package io.weir.cli;

/** Where a platform listens on 127.0.0.1. */
enum Ports {
  /** Where people and clients expect it: 3000, 8081, 8082, 8083, 4222 and 27017. */
  DEFAULT,
  /** Wherever nobody else does. */
  FREE;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
