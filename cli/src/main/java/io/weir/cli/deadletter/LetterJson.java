package io.weir.cli.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.LetterOutcome;
import java.util.Base64;

/** Letters and what became of them as JSON, for programs. */
final class LetterJson {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private LetterJson() {}

  static ObjectNode of(DeadLetterHead head) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", head.id());
    node.put("revision", head.revision());
    node.put("storedAt", head.storedAt().toString());
    node.put("stream", head.stream());
    node.put("consumer", head.consumer());
    node.put("sequence", head.streamSequence());
    node.put("subject", head.subject());
    node.put("class", head.errorClass());
    node.put("error", head.error());
    node.put("attempts", head.attempts());
    node.put("firstFailed", head.firstFailed().toString());
    node.put("lastFailed", head.lastFailed().toString());
    node.put("service", head.service());
    node.put("version", head.version());
    node.put("correlationId", head.correlationId());
    node.put("size", head.size());
    head.flaws().forEach(node.putArray("flaws")::add);
    return node;
  }

  static ObjectNode of(DeadLetter letter, PayloadForm form) {
    ObjectNode node = of(letter.head());
    ObjectNode headers = node.putObject("headers");
    letter
        .headers()
        .forEach((name, values) -> values.forEach(headers.withArrayProperty(name)::add));
    node.put("payloadForm", form.kind());
    node.put("payloadBase64", Base64.getEncoder().encodeToString(letter.payload().toByteArray()));
    try {
      JsonNode json = form.isJson() ? MAPPER.readTree(form.text()) : null;
      if (json != null) {
        node.set("payload", json);
      } else if (form.isText()) {
        node.put("payload", form.text());
      }
    } catch (JsonProcessingException e) {
      node.put("payload", form.text());
    }
    return node;
  }

  static ObjectNode of(LetterOutcome outcome, String done) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", outcome.letter());
    switch (outcome) {
      case LetterOutcome.Done(var _, var sequence, var before) -> {
        node.put("outcome", done);
        if (sequence > 0) {
          node.put("sequence", sequence);
          node.put("storedBefore", before);
        }
      }
      case LetterOutcome.Missing(var _) -> node.put("outcome", "missing");
      case LetterOutcome.Failed(var _, var reason) ->
          node.put("outcome", "failed").put("reason", reason);
      case LetterOutcome.Uncertain(var _, var reason) ->
          node.put("outcome", "uncertain").put("reason", reason);
    }
    return node;
  }

  static ObjectNode of(BulkState state) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("run", state.id());
    node.put("action", state.order().action().word());
    node.put("filter", state.order().filter().toString());
    node.put("total", state.total());
    node.put("done", state.done());
    node.put("failed", state.failed());
    node.put("uncertain", state.uncertain());
    return node;
  }

  static String pretty(JsonNode node) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
