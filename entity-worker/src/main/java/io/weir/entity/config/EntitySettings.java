package io.weir.entity.config;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.http.HttpSettings;
import io.weir.platform.http.LiveSettings;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Sweeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Everything that can be set.
 *
 * @param broker how NATS is reached
 * @param mongo how MongoDB is reached
 * @param http limits of the HTTP interface
 * @param live bounds of what is kept open for those who watch
 * @param access who is let in there
 * @param sweeper when unsent events are published again
 * @param once how long idempotency keys hold
 * @param owner whose breadcrumbs are that name no owner, where nobody is asked who they are
 * @param node this process's name among its replicas, a subject token
 * @param maxConcurrent most breadcrumbs that are extracted at once
 * @param ackWait after which an event that a dead process had in hand comes back
 */
public record EntitySettings(
    BrokerSettings broker,
    MongoSettings mongo,
    HttpSettings http,
    LiveSettings live,
    AccessSettings access,
    Sweeper.Settings sweeper,
    IdempotencyKeys.Settings once,
    String owner,
    String node,
    int maxConcurrent,
    Duration ackWait) {
  private static final int DEFAULT_MAX_BODY = 1024 * 1024;

  /**
   * Reads what the platform's parts need, {@code OWNER_ID} [local], {@code AGENT_ID} [host name],
   * {@code MAX_CONCURRENT} [4] and {@code ENTITY_ACK_WAIT} [30 s].
   */
  public static EntitySettings read(SettingsReader settings) {
    return new EntitySettings(
        BrokerSettings.read(settings),
        MongoSettings.read(settings),
        HttpSettings.read(settings, DEFAULT_MAX_BODY),
        LiveSettings.read(settings),
        AccessSettings.read(settings),
        Sweeper.Settings.read(settings),
        IdempotencyKeys.Settings.read(settings),
        settings.text(
            "OWNER_ID", "local", "owner of breadcrumbs that name none, with HTTP_AUTH=off"),
        node(settings),
        settings.integer(
            "MAX_CONCURRENT", 4, 1, 256, "most breadcrumbs that are extracted at once"),
        settings.duration(
            "ENTITY_ACK_WAIT",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(4),
            "after which an event that a dead process had in hand comes back"));
  }

  private static String node(SettingsReader settings) {
    String name =
        settings.text(
            "AGENT_ID",
            hostName(),
            "this process's name among its replicas; its search index follows events under it");
    String token = name.replaceAll("[^A-Za-z0-9_-]", "-");
    if (token.length() > 64) {
      settings.problem("AGENT_ID", name, "at most 64 characters");
    }
    return token;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }
}
