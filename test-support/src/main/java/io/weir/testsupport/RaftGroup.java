package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Members of a cluster that elect a leader, and where {@code /jsz} and the JetStream API speak of
 * it.
 *
 * @param name for messages
 * @param stepDownSubject a request to it makes the leader give up
 * @param cluster finds the object with {@code leader} and {@code replicas} in a member's {@code
 *     /jsz}
 */
record RaftGroup(String name, String stepDownSubject, Function<JsonNode, JsonNode> cluster) {

  static final RaftGroup META =
      new RaftGroup("the cluster", "$JS.API.META.LEADER.STEPDOWN", jsz -> jsz.path("meta_cluster"));

  static RaftGroup ofStream(String stream) {
    return new RaftGroup(
        "stream " + stream,
        "$JS.API.STREAM.LEADER.STEPDOWN." + stream,
        jsz -> streamIn(jsz, stream).path("cluster"));
  }

  static RaftGroup ofConsumer(String stream, String consumer) {
    return new RaftGroup(
        "consumer %s of stream %s".formatted(consumer, stream),
        "$JS.API.CONSUMER.LEADER.STEPDOWN.%s.%s".formatted(stream, consumer),
        jsz ->
            named(elements(streamIn(jsz, stream).path("consumer_detail")), consumer)
                .path("cluster"));
  }

  /** The server name of who leads in the eyes of the member that answered, empty if nobody. */
  String leaderIn(JsonNode jsz) {
    return cluster.apply(jsz).path("leader").asText();
  }

  /** Whether the leader of the cluster, whose answer this is, sees all others up to date. */
  static boolean hasAllReplicas(JsonNode jsz) {
    JsonNode meta = jsz.path("meta_cluster");
    return meta.path("replicas").size() == NatsCluster.SIZE - 1 && areUpToDate(meta);
  }

  /**
   * Whether each stream and consumer that {@code member}, whose answer this is, has a copy of has a
   * leader, and sees its other copies up to date if it leads.
   */
  static boolean areCopiesUpToDate(JsonNode jsz, String member) {
    return elements(jsz.path("account_details"))
        .flatMap(account -> elements(account.path("stream_detail")))
        .flatMap(
            stream -> Stream.concat(Stream.of(stream), elements(stream.path("consumer_detail"))))
        .map(copied -> copied.path("cluster"))
        .allMatch(cluster -> cluster.isMissingNode() || areUpToDate(cluster, member));
  }

  private static boolean areUpToDate(JsonNode cluster, String member) {
    return cluster.hasNonNull("leader")
        && (!cluster.path("leader").asText().equals(member) || areUpToDate(cluster));
  }

  private static boolean areUpToDate(JsonNode cluster) {
    return elements(cluster.path("replicas"))
        .allMatch(
            replica -> replica.path("current").asBoolean() && !replica.path("offline").asBoolean());
  }

  private static JsonNode streamIn(JsonNode jsz, String stream) {
    return named(
        elements(jsz.path("account_details"))
            .flatMap(account -> elements(account.path("stream_detail"))),
        stream);
  }

  private static JsonNode named(Stream<JsonNode> candidates, String name) {
    return candidates
        .filter(candidate -> candidate.path("name").asText().equals(name))
        .findFirst()
        .orElseGet(MissingNode::getInstance);
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
