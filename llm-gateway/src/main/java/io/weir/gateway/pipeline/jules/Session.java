package io.weir.gateway.pipeline.jules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A session as Jules tells of it. */
public record Session(
    String id, String title, String state, String url, Instant created, JsonNode json) {

  /** What to do next. */
  public enum Step {
    WAIT,
    APPROVE_PLAN,
    READ_ANSWER,
    READ_QUESTION,
    READ_REASON
  }

  /** Empty when {@code json} is no session. */
  public static Optional<Session> of(JsonNode json) {
    String name = json.path("name").asText();
    String id = json.path("id").asText(name.substring(name.lastIndexOf('/') + 1));
    return id.matches("[A-Za-z0-9_-]+")
        ? Optional.of(
            new Session(
                id,
                json.path("title").asText(),
                json.path("state").asText(),
                json.path("url").asText(),
                time(json.path("createTime").asText()),
                json))
        : Optional.empty();
  }

  /**
   * What its state asks for.
   *
   * @param planByHand whether somebody wants to approve the plan
   */
  public Step next(boolean planByHand) {
    return switch (state) {
      case "COMPLETED" -> Step.READ_ANSWER;
      case "FAILED" -> Step.READ_REASON;
      case "AWAITING_USER_FEEDBACK" -> Step.READ_QUESTION;
      case "AWAITING_PLAN_APPROVAL" -> planByHand ? Step.WAIT : Step.APPROVE_PLAN;
      default -> Step.WAIT; // QUEUED, PLANNING, IN_PROGRESS, PAUSED, and what is new
    };
  }

  public boolean olderThan(Duration age, Instant now) {
    return created.isBefore(now.minus(age));
  }

  /** The session as a chat completion that says {@code text}. */
  public byte[] completion(String text, String model, Instant now) {
    ObjectNode completion =
        Json.MAPPER
            .createObjectNode()
            .put("id", "jules-" + id)
            .put("object", "chat.completion")
            .put("created", now.getEpochSecond())
            .put("model", model);
    ObjectNode choice = completion.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", "stop");
    ObjectNode own = completion.putObject("jules").put("session", id).put("url", url);
    if (json.path("outputs").isArray()) {
      own.set("outputs", json.path("outputs"));
    }
    return Json.bytes(completion);
  }

  /** It has ended without an answer, or waits for what nobody here can give. */
  public Failure failure(String provider, String code, String what) {
    String where = url.isEmpty() ? "session " + id : url;
    return new Failure(
        Failure.Kind.PROVIDER_REFUSED,
        502,
        "Provider '" + provider + "': " + what + " (" + where + ").",
        null,
        code,
        null);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return Instant.MAX; // of unknown age is not too old
    }
  }
}
