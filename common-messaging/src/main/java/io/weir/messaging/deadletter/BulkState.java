package io.weir.messaging.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;

/**
 * How far a long run has come: all that is needed to go on with it after a crash.
 *
 * @param id names the run
 * @param total letters it is about, counted at its start
 * @param upTo last sequence at its start: letters that come later are not part of it, nor are those
 *     that were replayed and failed again
 * @param cursor last sequence that was dealt with
 * @param done letters replayed or discarded
 * @param failed letters that stay, with a reason
 * @param uncertain letters that stay because they may have been replayed before
 */
public record BulkState(
    String id,
    BulkOrder order,
    Instant startedAt,
    long total,
    long upTo,
    long cursor,
    long done,
    long failed,
    long uncertain) {
  /** With one more letter dealt with. */
  public BulkState after(long sequence, LetterOutcome outcome) {
    return new BulkState(
        id,
        order,
        startedAt,
        total,
        upTo,
        sequence,
        done + (outcome instanceof LetterOutcome.Done ? 1 : 0),
        failed + (outcome instanceof LetterOutcome.Failed ? 1 : 0),
        uncertain + (outcome instanceof LetterOutcome.Uncertain ? 1 : 0));
  }

  /** With one more letter dealt with that is counted already. */
  public BulkState at(long sequence) {
    return new BulkState(id, order, startedAt, total, upTo, sequence, done, failed, uncertain);
  }

  /** With the true number of letters done. */
  public BulkState withDone(long count) {
    return new BulkState(id, order, startedAt, total, upTo, cursor, count, failed, uncertain);
  }

  /** Letters dealt with. */
  public long dealtWith() {
    return done + failed + uncertain;
  }

  /** For a person. */
  public String describe() {
    return "%s %s: %d of %d done, %d failed, %d uncertain"
        .formatted(order.action().word(), order.filter(), done, total, failed, uncertain);
  }

  public byte[] toJson() {
    ObjectNode node = Json.object();
    node.put("id", id);
    node.put("action", order.action().word());
    ObjectNode filter = node.putObject("filter");
    order.filter().terms().forEach(filter::put);
    node.put("limit", order.limit());
    node.put("perSecond", order.perSecond());
    node.put("by", order.by());
    node.put("startedAt", startedAt.toString());
    node.put("total", total);
    node.put("upTo", upTo);
    node.put("cursor", cursor);
    node.put("done", done);
    node.put("failed", failed);
    node.put("uncertain", uncertain);
    return Json.bytes(node);
  }

  /**
   * The state in {@code json}.
   *
   * @throws IllegalArgumentException when {@code json} is no such state
   */
  public static BulkState fromJson(byte[] json) {
    JsonNode node = Json.read(json);
    return new BulkState(
        node.path("id").asText(),
        new BulkOrder(
            BulkOrder.Action.valueOf(node.path("action").asText().toUpperCase(Locale.ROOT)),
            new DeadLetterFilter(Json.texts(node.path("filter"))),
            node.path("limit").asLong(),
            node.path("perSecond").asDouble(),
            node.path("by").asText()),
        Json.instant(node, "startedAt"),
        node.path("total").asLong(),
        node.path("upTo").asLong(),
        node.path("cursor").asLong(),
        node.path("done").asLong(),
        node.path("failed").asLong(),
        node.path("uncertain").asLong());
  }
}
