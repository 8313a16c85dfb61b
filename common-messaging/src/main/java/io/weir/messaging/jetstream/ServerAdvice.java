package io.weir.messaging.jetstream;

import io.weir.messaging.health.HealthCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a nats-server's version and the number of copies mean for what is stored. Pure. Only what a
 * client can see is judged; what it can't is said to be unseen.
 */
final class ServerAdvice {
  private static final String NAME = "nats-server";
  private static final String WANTED = "2.12.16 or newer, 2.14.6 or newer, or 2.15.1 or newer";
  private static final String REMOVES_WORK =
      "; it may remove messages of a work queue whose deliveries a consumer limits (Weir's have no limit)";

  /** How much it matters. */
  enum Level {
    /** Fit for development; to be known before production. */
    NOTE,
    /** Not as safe as this set-up could be. */
    RISK,
    /** Nothing here was tested with it. */
    UNSUPPORTED
  }

  /**
   * One thing to know.
   *
   * @param fact what was found
   * @param consequence what can happen
   * @param remedy what to do about it
   */
  record Advice(Level level, String fact, String consequence, String remedy) {}

  private ServerAdvice() {}

  /**
   * @param version as the server tells it
   * @param replicas copies of each stream that this service asks for
   * @param clustered whether the server is in a cluster
   */
  static List<Advice> of(String version, int replicas, boolean clustered) {
    var advice = new ArrayList<Advice>();
    Optional<ServerVersion> known = ServerVersion.parse(version);
    if (known.isPresent()) {
      about(known.get(), advice);
      about(ServerTraits.of(version, replicas), known.get(), advice);
    } else {
      advice.add(
          new Advice(
              Level.NOTE,
              "the version \"%s\" is not known".formatted(version),
              "what it can't do is not known either",
              "use " + WANTED));
    }
    about(replicas, clustered, advice);
    return List.copyOf(advice);
  }

  private static void about(ServerVersion version, List<Advice> advice) {
    if (!version.isAtLeast(2, 9, 10)) {
      advice.add(
          new Advice(
              Level.UNSUPPORTED,
              version + " is older than 2.9.10, the oldest that Weir works with",
              "messages may be lost or stay where they are",
              "use " + WANTED));
    } else if (!isWanted(version)) {
      advice.add(
          new Advice(
              Level.NOTE,
              version + " is fit for development" + (removesWork(version) ? REMOVES_WORK : ""),
              "it has faults that were mended later",
              "for production use " + WANTED));
    }
    // A killed server process loses nothing either way: the system holds what it wrote.
    advice.add(
        version.isAtLeast(2, 10, 0)
            ? new Advice(
                Level.NOTE,
                "a client can't see how often the server syncs to disk, every 2 minutes by default",
                "without sync_interval: always a power cut loses what was acknowledged since the last sync",
                "set sync_interval: always in the server's jetstream block")
            : new Advice(
                Level.NOTE,
                version + " syncs to disk every 2 minutes by default, and can't at each write",
                "a power cut loses what was acknowledged since the last sync",
                "use 2.10 or newer with sync_interval: always"));
  }

  private static void about(ServerTraits traits, ServerVersion version, List<Advice> advice) {
    if (!traits.exactByBytes()) {
      advice.add(
          new Advice(
              Level.RISK,
              version
                  + " with several copies drops the oldest messages of a stream that is full by bytes,"
                  + " though it is to refuse new ones; such streams are bounded by messages instead,"
                  + " one for each KiB",
              "they take as much disk as their messages are large: messages of 10 KiB ten times as much"
                  + " as planned, the largest almost a thousand times",
              "use 2.10 or newer; until then watch the disk"));
    }
    if (traits.remembersRefused()) {
      advice.add(
          new Advice(
              Level.NOTE,
              version + " with several copies may remember the id of a message that it has refused",
              "what a full stream refused is taken up to 5 minutes after there is room again;"
                  + " a dead letter whose handler can't be told of it for 5 minutes may be stored twice",
              "use 2.15.1 or newer"));
    }
  }

  private static boolean removesWork(ServerVersion version) {
    return !version.isAtLeast(2, 12, 5)
        || (version.isAtLeast(2, 13, 0) && !version.isAtLeast(2, 14, 0));
  }

  private static boolean isWanted(ServerVersion version) {
    if (version.major() == 2 && version.minor() == 12) {
      return version.patch() >= 16;
    }
    if (version.major() == 2 && version.minor() == 14) {
      return version.patch() >= 6;
    }
    return version.isAtLeast(2, 15, 1);
  }

  private static void about(int replicas, boolean clustered, List<Advice> advice) {
    if (replicas == 1) {
      advice.add(
          new Advice(
              clustered ? Level.RISK : Level.NOTE,
              "one copy of each stream" + (clustered ? ", though the server is in a cluster" : ""),
              "a disk that is lost takes its messages along",
              clustered
                  ? "set NATS_REPLICAS to 3"
                  : "for production use a cluster of 3 and set NATS_REPLICAS to 3"));
    } else if (replicas % 2 == 0) {
      advice.add(
          new Advice(
              Level.RISK,
              replicas + " copies of each stream, an even number",
              "a majority is needed, so no more of them may fail than of " + (replicas - 1),
              "set NATS_REPLICAS to " + (replicas + 1)));
    }
  }

  /**
   * As a check of the health page: well with a reason where there is only advice, so that a laptop
   * is well, and degraded on a server that is not supported.
   */
  static HealthCheck check(List<Advice> advice) {
    boolean unsupported = advice.stream().anyMatch(each -> each.level() == Level.UNSUPPORTED);
    return new HealthCheck(
        NAME,
        unsupported ? HealthCheck.Status.DEGRADED : HealthCheck.Status.OK,
        null,
        null,
        joined(advice, each -> each.fact() + " (" + each.remedy() + ")"),
        joined(advice, Advice::consequence),
        false);
  }

  private static String joined(List<Advice> advice, Function<Advice, String> part) {
    return advice.stream().map(part).collect(Collectors.joining("; "));
  }
}
