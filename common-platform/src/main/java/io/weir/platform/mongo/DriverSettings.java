package io.weir.platform.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import io.weir.messaging.tls.TlsFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.bson.UuidRepresentation;

/** Our settings in the driver's terms. Stateless. */
final class DriverSettings {
  private static final Duration SELECTION = Duration.ofSeconds(5);

  private DriverSettings() {}

  /**
   * Settings of a client whose operations may take {@code longest}.
   *
   * @throws MongoRefusedException when the TLS files are not usable any more
   */
  static MongoClientSettings of(MongoSettings settings, Duration longest) {
    long timeout = longest.toMillis();
    // Over before an operation is: the driver then says why there is no server, not just that.
    long selection = Math.min(settings.timeout().toMillis() * 3 / 4, SELECTION.toMillis());
    var driver =
        MongoClientSettings.builder()
            .applyConnectionString(new ConnectionString(settings.uri()))
            .applicationName("weir")
            .uuidRepresentation(UuidRepresentation.STANDARD)
            .writeConcern(
                WriteConcern.MAJORITY
                    .withJournal(true)
                    .withWTimeout(timeout, TimeUnit.MILLISECONDS))
            .readPreference(ReadPreference.primary())
            .applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(selection, TimeUnit.MILLISECONDS))
            .applyToServerSettings(server -> server.heartbeatFrequency(2, TimeUnit.SECONDS))
            .applyToConnectionPoolSettings(
                pool ->
                    pool.maxSize(settings.maxConnections())
                        .maxWaitTime(timeout, TimeUnit.MILLISECONDS))
            .applyToSocketSettings(
                socket ->
                    socket
                        .connectTimeout(selection, TimeUnit.MILLISECONDS)
                        .readTimeout(timeout, TimeUnit.MILLISECONDS));
    settings.login().ifPresent(login -> driver.credential(login.credential()));
    settings
        .tls()
        .map(DriverSettings::context)
        .ifPresent(tls -> driver.applyToSslSettings(ssl -> ssl.enabled(true).context(tls)));
    return driver.build();
  }

  private static SSLContext context(TlsFiles files) {
    try {
      return files.context();
    } catch (IOException e) {
      throw new MongoRefusedException("TLS to MongoDB can't begin: " + e.getMessage(), e);
    }
  }
}
