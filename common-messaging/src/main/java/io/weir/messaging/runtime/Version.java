package io.weir.messaging.runtime;

/** The version of what runs, from the jar's manifest. */
public final class Version {
  private Version() {}

  /** Such as {@code 0.1.0}; {@code dev} when not run from a jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
