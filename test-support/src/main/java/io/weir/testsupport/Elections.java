package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.weir.localstack.NatsServer;
import io.weir.localstack.StackException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Who leads among the members of a cluster, as their monitoring ports tell it, and how to make it
 * another one. Members that are dead or suspended are not asked.
 */
final class Elections {

  // An election begins 4 to 9 s after the last sign of a leader (minElectionTimeout and
  // maxElectionTimeout in nats-server's raft.go) and may have to be repeated.
  private static final Duration ELECTED_WITHIN = Duration.ofSeconds(40);
  private static final Duration ASKED_AGAIN_AFTER = Duration.ofSeconds(10);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);
  private static final String JETSTREAM = "/jsz?accounts=1&streams=1&consumers=1";
  private static final int LINES_TOLD = 25;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<NatsServer> members;
  private final Duration within;

  /** The list may still grow. */
  Elections(List<NatsServer> members) {
    this(members, ELECTED_WITHIN);
  }

  Elections(List<NatsServer> members, Duration within) {
    this.members = members;
    this.within = within;
  }

  /** Returns the time from the request until another member was seen to lead. */
  Duration stepDown(RaftGroup group) throws InterruptedException {
    NatsServer before = leaderOf(group);
    try (Connection connection = connectAsSystemFor(group)) {
      long start = System.nanoTime();
      AtomicLong asked = new AtomicLong(start - ASKED_AGAIN_AFTER.toNanos());
      Await.until(
          "another leader of " + group.name() + " than " + before.serverName(),
          within,
          () -> {
            // The old leader may win the election: then it is asked again.
            if (System.nanoTime() - asked.get() >= ASKED_AGAIN_AFTER.toNanos()) {
              ask(connection, group.stepDownSubject());
              asked.set(System.nanoTime());
            }
            return leaderNow(group).filter(leader -> leader != before).isPresent();
          });
      return Duration.ofNanos(System.nanoTime() - start);
    } catch (IOException e) {
      throw new StackException("no member let us in to make %s step down".formatted(group), e);
    }
  }

  private Connection connectAsSystemFor(RaftGroup group) throws IOException, InterruptedException {
    Options.Builder options =
        Options.builder()
            .servers(running().map(NatsServer::url).toArray(String[]::new))
            .connectionTimeout(ANSWERED_WITHIN)
            .noReconnect();
    return Nats.connect(
        group.equals(RaftGroup.META)
            ? options.userInfo("system", "system").build()
            : options.build());
  }

  private static void ask(Connection connection, String subject)
      throws IOException, InterruptedException {
    Message answer = connection.request(subject, new byte[0], ANSWERED_WITHIN);
    if (answer == null) {
      throw new IOException("nobody answered " + subject);
    }
    JsonNode result = JSON.readTree(answer.getData());
    if (!result.path("success").asBoolean()) {
      throw new IOException(subject + " was refused: " + result.path("error"));
    }
  }

  NatsServer leaderOf(RaftGroup group) throws InterruptedException {
    try {
      return Await.value(
          "a leader of " + group.name(), within, () -> leaderNow(group).orElse(null));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + views(group), e);
    }
  }

  /** What each member says of the group, and the last of its log: why there is no leader. */
  private String views(RaftGroup group) {
    StringBuilder text = new StringBuilder();
    for (NatsServer member : members) {
      text.append("%n%s: ".formatted(member.serverName()));
      if (!member.isAlive() || member.isSuspended()) {
        text.append(member.isAlive() ? "suspended" : "dead");
        continue;
      }
      text.append(
          monitored(member, JETSTREAM)
              .map(jsz -> "it says " + group.cluster().apply(jsz))
              .orElse("it does not answer"));
      text.append(monitored(member, "/healthz").isPresent() ? ", healthy" : ", not healthy");
      lastLines(member.logFile()).forEach(line -> text.append("%n  | %s".formatted(line)));
    }
    return text.toString();
  }

  private static List<String> lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size());
    } catch (IOException e) {
      return List.of("(its log could not be read: %s)".formatted(e.getMessage()));
    }
  }

  private Optional<NatsServer> leaderNow(RaftGroup group) {
    List<NatsServer> leaders =
        running()
            .filter(
                member ->
                    monitored(member, JETSTREAM)
                        .map(jsz -> group.leaderIn(jsz).equals(member.serverName()))
                        .orElse(false))
            .toList();
    return leaders.size() == 1 ? Optional.of(leaders.getFirst()) : Optional.empty();
  }

  /** Whether all members are healthy, and who leads anything sees all others up to date. */
  boolean areAllTakingPart() {
    return members.stream()
            .allMatch(
                member ->
                    monitored(member, "/healthz").isPresent()
                        && monitored(member, JETSTREAM)
                            .filter(jsz -> RaftGroup.areCopiesUpToDate(jsz, member.serverName()))
                            .isPresent())
        && leaderNow(RaftGroup.META)
            .flatMap(leader -> monitored(leader, "/jsz"))
            .map(RaftGroup::hasAllReplicas)
            .orElse(false);
  }

  private Stream<NatsServer> running() {
    return members.stream().filter(member -> member.isAlive() && !member.isSuspended());
  }

  /** The JSON body, empty unless the answer is 200. */
  private static Optional<JsonNode> monitored(NatsServer member, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create(member.monitorUrl() + path).toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout((int) ANSWERED_WITHIN.toMillis());
      connection.setReadTimeout((int) ANSWERED_WITHIN.toMillis());
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK
          ? Optional.of(JSON.readTree(connection.getInputStream().readAllBytes()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it is away, or about to be
    }
  }
}
