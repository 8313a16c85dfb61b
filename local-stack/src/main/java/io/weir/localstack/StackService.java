package io.weir.localstack;

import java.util.Locale;

/**
 * The services of the platform: their module, the HTTP port they have by default, and the heap that
 * is enough on a laptop.
 */
public enum StackService {
  LLM_GATEWAY("llm-gateway", 3000, 256),
  REVIEW_WORKER("review-worker", 8081, 256),
  ENTITY_WORKER("entity-worker", 8082, 320),
  ENRICHER_SERVICE("enricher-service", 8083, 256);

  private final String module;
  private final int defaultPort;
  private final int heapMebibytes;

  StackService(String module, int defaultPort, int heapMebibytes) {
    this.module = module;
    this.defaultPort = defaultPort;
    this.heapMebibytes = heapMebibytes;
  }

  /** The name of its module, which is also what people call it. */
  public String module() {
    return module;
  }

  public int defaultPort() {
    return defaultPort;
  }

  /** The limit of its Java heap in MiB. */
  public int heapMebibytes() {
    return heapMebibytes;
  }

  /** The service of this module; throws {@link IllegalArgumentException} when there is none. */
  public static StackService ofModule(String module) {
    return valueOf(module.replace('-', '_').toUpperCase(Locale.ROOT));
  }
}
