package io.weir.platform.llm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One question to a model. Work, step and what is asked name its answer together: asking the same
 * again gets the answer that was paid for, asking something else never gets an old one.
 *
 * @param work the piece of work that the answer is for: 1 to 128 printable ASCII characters; work
 *     that shall be paid anew has another name
 * @param step what the answer is in that work: 1 to 32 of {@code a-z 0-9 -}
 * @param model which model, {@code provider:model} or an alias; left out, the configured one
 * @param system what the model is to do; empty sends no system message
 * @param user the user's messages, in order; at least one
 * @param maxTokens longest answer, in tokens
 * @param temperature left out for models that take none
 * @param schema what the answer must look like; left out for free text
 * @param correlationId finds everything of one piece of work; may be empty
 * @param deadline when an answer is of no use any more
 * @param cacheOf the user whose answers to the same question will do too; empty for an answer that
 *     nobody has got before and nobody else gets
 * @param anew whether only an answer will do that nobody has got before, though it is kept for the
 *     same user
 */
public record LlmCall(
    String work,
    String step,
    Optional<String> model,
    String system,
    List<String> user,
    int maxTokens,
    Optional<Double> temperature,
    Optional<Schema> schema,
    String correlationId,
    Instant deadline,
    String cacheOf,
    boolean anew) {
  private static final Pattern WORK = Pattern.compile("[!-~]{1,128}");
  private static final Pattern STEP = Pattern.compile("[a-z0-9-]{1,32}");

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
    if (!WORK.matcher(work).matches()) {
      throw new IllegalArgumentException(
          "a model call's work wants 1 to 128 printable ASCII characters, found \"" + work + "\"");
    }
    if (!STEP.matcher(step).matches()) {
      throw new IllegalArgumentException(
          "a model call's step wants 1 to 32 of a-z, 0-9 and -, found \"" + step + "\"");
    }
  }

  /** A free-text question with the configured model and the model's own temperature. */
  public static LlmCall of(
      String work, String step, String system, String user, int maxTokens, Instant deadline) {
    return new LlmCall(
        work,
        step,
        Optional.empty(),
        system,
        List.of(user),
        maxTokens,
        Optional.empty(),
        Optional.empty(),
        "",
        deadline,
        "",
        false);
  }

  public LlmCall withStep(String name) {
    return new LlmCall(
        work,
        name,
        model,
        system,
        user,
        maxTokens,
        temperature,
        schema,
        correlationId,
        deadline,
        cacheOf,
        anew);
  }

  public LlmCall withModel(String name) {
    return new LlmCall(
        work,
        step,
        Optional.of(name),
        system,
        user,
        maxTokens,
        temperature,
        schema,
        correlationId,
        deadline,
        cacheOf,
        anew);
  }

  /** With one more message of the user's, after those that are there. */
  public LlmCall withUser(String message) {
    return new LlmCall(
        work,
        step,
        model,
        system,
        Stream.concat(user.stream(), Stream.of(message)).toList(),
        maxTokens,
        temperature,
        schema,
        correlationId,
        deadline,
        cacheOf,
        anew);
  }

  /** With this temperature, or none for models that take none. */
  public LlmCall withTemperature(Optional<Double> value) {
    return new LlmCall(
        work,
        step,
        model,
        system,
        user,
        maxTokens,
        value,
        schema,
        correlationId,
        deadline,
        cacheOf,
        anew);
  }

  public LlmCall withSchema(String name, ObjectNode wanted) {
    return new LlmCall(
        work,
        step,
        model,
        system,
        user,
        maxTokens,
        temperature,
        Optional.of(new Schema(name, wanted)),
        correlationId,
        deadline,
        cacheOf,
        anew);
  }

  public LlmCall withCorrelationId(String id) {
    return new LlmCall(
        work,
        step,
        model,
        system,
        user,
        maxTokens,
        temperature,
        schema,
        id,
        deadline,
        cacheOf,
        anew);
  }

  /** The same for a user who may get an answer again that was given to them before. */
  public LlmCall withCacheOf(String owner) {
    return new LlmCall(
        work,
        step,
        model,
        system,
        user,
        maxTokens,
        temperature,
        schema,
        correlationId,
        deadline,
        owner,
        anew);
  }

  /** The same for whom no answer will do that was given before. */
  public LlmCall askedAnew() {
    return new LlmCall(
        work,
        step,
        model,
        system,
        user,
        maxTokens,
        temperature,
        schema,
        correlationId,
        deadline,
        cacheOf,
        true);
  }
}
