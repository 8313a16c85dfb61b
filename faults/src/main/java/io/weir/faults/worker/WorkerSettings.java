package io.weir.faults.worker;

import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.MongoSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How a worker of the suite behaves.
 *
 * @param attempts file that gets a line for each attempt
 * @param busyLeast shortest time that a handler takes
 * @param busyMost longest time; each attempt takes a random one between the two
 * @param haltAt where the process ends as if it were killed; {@code never} by default
 * @param haltOnAttempt at which attempt of the process it does so
 */
public record WorkerSettings(
    BrokerSettings nats,
    MongoSettings mongo,
    Path attempts,
    int concurrency,
    int maxAckPending,
    Duration ackWait,
    Duration busyLeast,
    Duration busyMost,
    boolean ordered,
    HaltAt haltAt,
    int haltOnAttempt) {

  /** A boundary inside of the handler. */
  public enum HaltAt {
    NEVER,
    BEFORE_PROCESS,
    AFTER_PROCESS,
    AFTER_STORE
  }

  /** Reads the settings that workers are started with, whoever they are. */
  public static WorkerSettings read(SettingsReader settings) {
    List<String> halts = Arrays.stream(HaltAt.values()).map(Enum::name).toList();
    return new WorkerSettings(
        BrokerSettings.read(settings),
        MongoSettings.read(settings),
        Path.of(settings.text("ATTEMPTS", "attempts", "file that gets a line for each attempt")),
        settings.integer("CONCURRENCY", 10, 1, 100_000, "messages in hand at once"),
        settings.integer("MAX_ACK_PENDING", 20_000, 1, 1_000_000, "most in hand of all workers"),
        settings.duration(
            "ACK_WAIT",
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            Duration.ofHours(1),
            "a delivery without a sign of life for so long comes again"),
        busy(settings, "BUSY_LEAST", Duration.ZERO),
        busy(settings, "BUSY_MOST", Duration.ofMillis(5)),
        settings.flag("ORDERED", false, "whether messages of a subject run one after another"),
        HaltAt.valueOf(settings.choice("HALT_AT", "NEVER", halts, "where the process ends")),
        settings.integer("HALT_ON_ATTEMPT", 1, 1, 1_000_000, "at which attempt it ends"));
  }

  private static Duration busy(SettingsReader settings, String name, Duration fallback) {
    return settings.duration(
        name, fallback, Duration.ZERO, Duration.ofHours(1), "time that a handler takes");
  }
}
