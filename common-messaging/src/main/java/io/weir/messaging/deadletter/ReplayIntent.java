package io.weir.messaging.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * Noted before a letter is published again, removed after the letter: one that is still there tells
 * of an attempt that was broken off.
 *
 * @param revision of the letter
 * @param storedAt of that revision
 * @param at when the attempt began
 * @param stream where it publishes to
 * @param lastSequence a sequence of that stream that was in use before the attempt
 */
public record ReplayIntent(
    int revision, Instant storedAt, Instant at, String stream, long lastSequence) {
  /** Whether it is about this very revision of this very letter. */
  public boolean isAbout(DeadLetterHead letter) {
    return revision == letter.revision() && storedAt.equals(letter.storedAt());
  }

  public byte[] toJson() {
    ObjectNode node = Json.object();
    node.put("revision", revision);
    node.put("storedAt", storedAt.toString());
    node.put("at", at.toString());
    node.put("stream", stream);
    node.put("lastSequence", lastSequence);
    return Json.bytes(node);
  }

  /**
   * The intent in {@code json}.
   *
   * @throws IllegalArgumentException when {@code json} is no intent
   */
  public static ReplayIntent fromJson(byte[] json) {
    JsonNode node = Json.read(json);
    return new ReplayIntent(
        node.path("revision").asInt(),
        Json.instant(node, "storedAt"),
        Json.instant(node, "at"),
        node.path("stream").asText(),
        node.path("lastSequence").asLong());
  }
}
