package io.weir.messaging.runtime;

/** Which paths are for operators and orchestrators: they are asked all the time, by machines. */
public final class ManagementPaths {
  private ManagementPaths() {}

  /** Whether {@code path} is a page of health or metrics. */
  public static boolean include(String path) {
    return path.startsWith("/health")
        || path.startsWith("/metrics")
        || path.equals("/livez")
        || path.equals("/readyz")
        || path.equals("/startupz");
  }
}
