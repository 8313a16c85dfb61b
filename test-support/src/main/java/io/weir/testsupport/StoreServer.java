package io.weir.testsupport;

import org.junit.jupiter.api.Assumptions;

/**
 * The servers that stores are tested on. What must be the same on both is a test {@link
 * OnEveryStore}; the embedded server is always there, MongoDB where {@link RealMongo} finds one.
 */
public enum StoreServer {
  EMBEDDED,
  MONGODB;

  /** Whether it is there. */
  public boolean isThere() {
    return this == EMBEDDED || RealMongo.find() instanceof RealMongo.Search.Found;
  }

  /**
   * An empty database for one test. Where the server is missing, the test is skipped with the
   * reason.
   */
  public StoreDatabase database() {
    return switch (this) {
      case EMBEDDED -> StoreDatabase.embedded();
      case MONGODB ->
          switch (RealMongo.find()) {
            case RealMongo.Search.Found(var uri) -> StoreDatabase.at(uri);
            case RealMongo.Search.Missing(var reason) -> Assumptions.abort(reason);
          };
    };
  }
}
