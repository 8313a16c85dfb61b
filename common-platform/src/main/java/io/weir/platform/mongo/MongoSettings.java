package io.weir.platform.mongo;

import com.mongodb.ConnectionString;
import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * Where MongoDB is and how it is used.
 *
 * @param uri its connection string; may hold a password
 * @param database the database that all services share
 * @param maxConnections most connections of this process
 * @param timeout longest wait for one operation, its wait for a connection included
 */
public record MongoSettings(String uri, String database, int maxConnections, Duration timeout) {
  /** Without the connection string's password. */
  @Override
  public String toString() {
    return "MongoSettings[hosts=%s, database=%s, maxConnections=%d, timeout=%s]"
        .formatted(hosts(), database, maxConnections, timeout);
  }

  /** Where it is, without credentials: {@code db1:27017,db2:27017}. */
  public String hosts() {
    return String.join(",", new ConnectionString(uri).getHosts());
  }

  /**
   * Reads {@code MONGODB_URI}, {@code MONGODB_DATABASE} [weir], {@code MAX_DB_CONNECTIONS} [10] and
   * {@code MONGODB_TIMEOUT} [10 s].
   */
  public static MongoSettings read(SettingsReader settings) {
    String uri =
        settings.text(
            "MONGODB_URI",
            "mongodb://127.0.0.1:27017",
            "MongoDB connection string, with credentials and TLS where they are needed");
    try {
      ConnectionString _ = new ConnectionString(uri);
    } catch (IllegalArgumentException e) {
      // The string itself may hold a password, so it is not shown.
      settings.problem(
          "MONGODB_URI", "***", "a MongoDB connection string (" + e.getMessage() + ")");
    }
    return new MongoSettings(
        uri,
        settings.text("MONGODB_DATABASE", "weir", "database that all services share"),
        settings.integer("MAX_DB_CONNECTIONS", 10, 1, 1000, "most connections to MongoDB"),
        settings.duration(
            "MONGODB_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "longest wait for one operation of MongoDB"));
  }
}
