package io.weir.enricher.config;

import io.weir.messaging.runtime.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How requests are worked on.
 *
 * @param agentId what this process writes into what it claims
 * @param defaultUser for whom requests count that name nobody
 * @param profiles all profiles, loaded
 * @param maxConcurrent most requests in hand at once
 * @param ackWait after which a dead worker's request comes back, and how long its claim holds
 * @param packMaxAge how long a pack answers repeated requests
 */
public record EnrichSettings(
    String agentId,
    String defaultUser,
    Profiles profiles,
    int maxConcurrent,
    Duration ackWait,
    Duration packMaxAge) {

  /**
   * Reads {@code AGENT_ID}, {@code OWNER_ID} [local], {@code PROFILES_DIR}, {@code MAX_CONCURRENT}
   * [5], {@code ENRICHER_ACK_WAIT} [30 s] and {@code PACK_MAX_AGE} [7 d].
   */
  public static EnrichSettings read(SettingsReader settings) {
    return new EnrichSettings(
        settings.text(
            "AGENT_ID",
            "enricher-" + ProcessHandle.current().pid(),
            "name of this process in what it claims, for people who look at it"),
        settings.text("OWNER_ID", "local", "user for whom requests count that name nobody"),
        profiles(settings),
        settings.integer("MAX_CONCURRENT", 5, 1, 1000, "most requests in hand at once"),
        settings.duration(
            "ENRICHER_ACK_WAIT",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMinutes(4),
            "after which a dead worker's request comes back"),
        settings.duration(
            "PACK_MAX_AGE",
            Duration.ofDays(7),
            Duration.ofSeconds(1),
            Duration.ofDays(365),
            "how long a stored pack answers a repeated request"));
  }

  private static Profiles profiles(SettingsReader settings) {
    Optional<Path> folder =
        settings
            .optionalText("PROFILES_DIR", "folder of further profiles (*.yaml), read when changed")
            .map(Path::of);
    if (folder.isPresent() && !Files.isDirectory(folder.get())) {
      settings.problem("PROFILES_DIR", folder.get().toString(), "a folder that is there");
      return Profiles.load(Optional.empty());
    }
    try {
      return Profiles.load(folder);
    } catch (IllegalArgumentException e) {
      settings.problem(
          "PROFILES_DIR",
          folder.map(Path::toString).orElse(""),
          "valid profiles (" + e.getMessage() + ")");
      return Profiles.load(Optional.empty());
    }
  }
}
