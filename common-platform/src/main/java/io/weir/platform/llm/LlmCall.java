package io.weir.platform.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One question to a model.
 *
 * @param model which model, {@code provider:model} or an alias; left out, the configured one
 * @param system what the model is to do; empty sends no system message
 * @param user the user's messages, in order; at least one
 * @param maxTokens longest answer, in tokens
 * @param temperature left out for models that take none
 * @param schema what the answer must look like; left out for free text
 * @param idempotencyKey names the work and its step, so that the answer is bought once
 * @param correlationId finds everything of one piece of work; may be empty
 * @param deadline when an answer is of no use any more
 */
public record LlmCall(
    Optional<String> model,
    String system,
    List<String> user,
    int maxTokens,
    Optional<Double> temperature,
    Optional<Schema> schema,
    String idempotencyKey,
    String correlationId,
    Instant deadline) {
  /**
   * A JSON schema that the answer keeps, in OpenAI's strict form: every property required, {@code
   * additionalProperties: false} everywhere.
   *
   * @param name {@code [A-Za-z0-9_-]{1,64}}
   */
  public record Schema(String name, ObjectNode schema) {}

  public LlmCall {
    user = List.copyOf(user);
    if (user.isEmpty()) {
      throw new IllegalArgumentException("a model call needs at least one user message");
    }
    if (idempotencyKey.isBlank()) {
      throw new IllegalArgumentException(
          "a model call needs an idempotency key, or a retry would be paid twice");
    }
  }

  /** A free-text question with the configured model and the model's own temperature. */
  public static LlmCall of(
      String system, String user, int maxTokens, String idempotencyKey, Instant deadline) {
    return new LlmCall(
        Optional.empty(),
        system,
        List.of(user),
        maxTokens,
        Optional.empty(),
        Optional.empty(),
        idempotencyKey,
        "",
        deadline);
  }

  public LlmCall withModel(String name) {
    return new LlmCall(
        Optional.of(name),
        system,
        user,
        maxTokens,
        temperature,
        schema,
        idempotencyKey,
        correlationId,
        deadline);
  }

  public LlmCall withTemperature(double value) {
    return new LlmCall(
        model,
        system,
        user,
        maxTokens,
        Optional.of(value),
        schema,
        idempotencyKey,
        correlationId,
        deadline);
  }

  public LlmCall withSchema(String name, ObjectNode wanted) {
    return new LlmCall(
        model,
        system,
        user,
        maxTokens,
        temperature,
        Optional.of(new Schema(name, wanted)),
        idempotencyKey,
        correlationId,
        deadline);
  }

  public LlmCall withCorrelationId(String id) {
    return new LlmCall(
        model, system, user, maxTokens, temperature, schema, idempotencyKey, id, deadline);
  }
}
