package io.weir.platform.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCredential;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.messaging.tls.TlsFiles;
import java.time.Duration;
import java.util.Optional;

/**
 * Where MongoDB is and how it is used.
 *
 * @param uri its connection string; may hold a password
 * @param login who we are, when the connection string does not say it
 * @param tls how connections are encrypted, when the connection string alone does not say it
 * @param database the database that all services share
 * @param maxConnections most connections of this process
 * @param timeout longest wait for one operation, its wait for a connection included
 */
public record MongoSettings(
    String uri,
    Optional<Login> login,
    Optional<TlsFiles> tls,
    String database,
    int maxConnections,
    Duration timeout) {
  private static final String INVALID_URI = "mongodb://127.0.0.1";

  /**
   * A user and how it proves to be that one.
   *
   * @param source the database that knows the user
   */
  public record Login(String user, Secret password, String source) {
    MongoCredential credential() {
      return MongoCredential.createCredential(user, source, password.reveal().toCharArray());
    }
  }

  /** As the connection string says, and no more. */
  public MongoSettings(String uri, String database, int maxConnections, Duration timeout) {
    this(uri, Optional.empty(), Optional.empty(), database, maxConnections, timeout);
  }

  /** Without the connection string's password. */
  @Override
  public String toString() {
    return "MongoSettings[hosts=%s, login=%s, tls=%s, database=%s, maxConnections=%d, timeout=%s]"
        .formatted(hosts(), login.map(Login::user), tls, database, maxConnections, timeout);
  }

  /** Where it is, without credentials: {@code db1:27017,db2:27017}. */
  public String hosts() {
    return String.join(",", new ConnectionString(uri).getHosts());
  }

  /**
   * Reads {@code MONGODB_URI}, {@code MONGODB_USER}, {@code MONGODB_PASSWORD} (or its {@code
   * _FILE}), {@code MONGODB_AUTH_DATABASE} [admin], {@code MONGODB_TLS_*} (see {@link TlsFiles}),
   * {@code MONGODB_DATABASE} [weir], {@code MAX_DB_CONNECTIONS} [10] and {@code MONGODB_TIMEOUT}
   * [10 s].
   */
  public static MongoSettings read(SettingsReader settings) {
    String uri =
        settings.text(
            "MONGODB_URI",
            "mongodb://127.0.0.1:27017",
            "MongoDB connection string, with credentials and TLS where they are needed");
    ConnectionString parsed = parsed(uri, settings);
    return new MongoSettings(
        uri,
        login(settings, parsed.getCredential() != null),
        TlsFiles.read(settings, "MONGODB", Boolean.TRUE.equals(parsed.getSslEnabled())),
        settings.text("MONGODB_DATABASE", "weir", "database that all services share"),
        settings.integer("MAX_DB_CONNECTIONS", 10, 1, 1000, "most connections to MongoDB"),
        settings.duration(
            "MONGODB_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "longest wait for one operation of MongoDB"));
  }

  private static ConnectionString parsed(String uri, SettingsReader settings) {
    try {
      return new ConnectionString(uri);
    } catch (IllegalArgumentException e) {
      // The string itself may hold a password, so it is not shown.
      settings.problem(
          "MONGODB_URI", "***", "a MongoDB connection string (" + e.getMessage() + ")");
      return new ConnectionString(INVALID_URI);
    }
  }

  private static Optional<Login> login(SettingsReader settings, boolean inTheUri) {
    Optional<String> user =
        settings.optionalText("MONGODB_USER", "user of MongoDB, unless MONGODB_URI names one");
    Optional<Secret> password = settings.secret("MONGODB_PASSWORD", "password of MONGODB_USER");
    String source =
        settings.text("MONGODB_AUTH_DATABASE", "admin", "database that knows MONGODB_USER");
    if (user.isPresent() && inTheUri) {
      settings.problem("MONGODB_USER", user.get(), "no user when MONGODB_URI names one");
    }
    if (user.isPresent() && password.isEmpty()) {
      settings.problem("MONGODB_PASSWORD", "", "the password of MONGODB_USER");
    }
    if (user.isEmpty() && password.isPresent()) {
      settings.problem("MONGODB_USER", "", "the user of MONGODB_PASSWORD");
    }
    return user.flatMap(name -> password.map(word -> new Login(name, word, source)));
  }
}
