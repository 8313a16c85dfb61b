package io.weir.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.messaging.secret.Redaction;
import java.util.HashMap;

/** What texts of requests may come back in answers, and which not. */
final class SecretText {
  private SecretText() {}

  /** Whether {@code text} shows itself to be, or to hold, a secret. */
  static boolean isSecret(String text) {
    return !Redaction.ofLog(text).equals(text);
  }

  /** {@code problem} without the secrets that it would quote. */
  static Problem masked(Problem problem) {
    var more = new HashMap<String, JsonNode>();
    problem
        .more()
        .forEach(
            (name, value) ->
                more.put(
                    name,
                    value instanceof ObjectNode object ? JsonRedaction.of(object).tree() : value));
    return new Problem(
        problem.status(),
        problem.title(),
        Redaction.ofLog(problem.detail()),
        problem.errors().stream()
            .map(
                error ->
                    new FieldError(
                        Redaction.ofLog(error.field()), Redaction.ofLog(error.message())))
            .toList(),
        problem.retryAfter(),
        problem.headers(),
        more);
  }
}
