package io.weir.messaging.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;

/**
 * What somebody did to a letter, or that a long run began or ended.
 *
 * @param by who: {@code user@host}, or the service that did it
 * @param letter the letter's id; 0 for a run
 * @param revision the revision it had; for an edit the new one
 * @param storedAt when that revision was stored: letters of a stream made anew have the same ids
 * @param messageId under which it was published, for a replay
 * @param sequence where it is stored now, in its stream or (an edit) among the letters; else 0
 * @param run the long run it was a part of; empty for a single action
 * @param detail for a person
 */
public record AuditRecord(
    Action action,
    String by,
    Instant at,
    long letter,
    int revision,
    Instant storedAt,
    String stream,
    String consumer,
    String subject,
    String messageId,
    long sequence,
    String run,
    String detail) {
  /** What was done. */
  public enum Action {
    REPLAYED,
    EDITED,
    DISCARDED,
    RUN_STARTED,
    RUN_FINISHED;

    /** As subjects and tables have it: {@code replayed}, {@code run-started}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** That {@code action} was done to {@code letter}. */
  public static AuditRecord of(
      Action action, String by, Instant at, DeadLetterHead letter, long sequence, String run) {
    return new AuditRecord(
        action,
        by,
        at,
        letter.id(),
        letter.revision(),
        letter.storedAt(),
        letter.stream(),
        letter.consumer(),
        letter.subject(),
        action == Action.REPLAYED ? letter.replayId() : letter.header("Nats-Msg-Id").orElse(""),
        sequence,
        run,
        letter.errorClass() + ": " + letter.error());
  }

  /** That a long run began or ended. */
  public static AuditRecord ofRun(Action action, Instant at, BulkState state) {
    return new AuditRecord(
        action, state.order().by(), at, 0, 0, at, "", "", "", "", 0, state.id(), state.describe());
  }

  /** Whether it tells of this very revision of this very letter. */
  public boolean isAbout(DeadLetterHead other) {
    return letter == other.id()
        && revision == other.revision()
        && storedAt.equals(other.storedAt());
  }

  public byte[] toJson() {
    ObjectNode node = Json.object();
    node.put("action", action.word());
    node.put("by", by);
    node.put("at", at.toString());
    node.put("letter", letter);
    node.put("revision", revision);
    node.put("storedAt", storedAt.toString());
    node.put("stream", stream);
    node.put("consumer", consumer);
    node.put("subject", subject);
    node.put("messageId", messageId);
    node.put("sequence", sequence);
    node.put("run", run);
    node.put("detail", detail);
    return Json.bytes(node);
  }

  /**
   * The record in {@code json}.
   *
   * @throws IllegalArgumentException when {@code json} is no audit record
   */
  public static AuditRecord fromJson(byte[] json) {
    JsonNode node = Json.read(json);
    return new AuditRecord(
        Action.valueOf(node.path("action").asText().toUpperCase(Locale.ROOT).replace('-', '_')),
        node.path("by").asText(),
        Json.instant(node, "at"),
        node.path("letter").asLong(),
        node.path("revision").asInt(),
        Json.instant(node, "storedAt"),
        node.path("stream").asText(),
        node.path("consumer").asText(),
        node.path("subject").asText(),
        node.path("messageId").asText(),
        node.path("sequence").asLong(),
        node.path("run").asText(),
        node.path("detail").asText());
  }
}
