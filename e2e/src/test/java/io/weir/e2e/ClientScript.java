package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.testsupport.Mood;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What the model of the clients' cases says, by the user's last words. A prompt that fails once
 * fails at its first, third, fifth … attempt, so that each case finds the same.
 */
final class ClientScript implements Function<JsonNode, Mood> {
  static final String GREETING = "Good morning, said the lock keeper.";
  static final String LONG =
      "Zürich – Łódź – 東京 – 🚢 \"quoted\" back\\slash and\ttabs. ".repeat(60).strip();
  private static final String FERRY = "{\"port\":\"Calais\",\"minutes\":90,\"via\":[\"Dover\"]}";

  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

  @Override
  public Mood apply(JsonNode request) {
    String prompt = lastUserText(request);
    boolean toolAnswered = request.path("messages").toString().contains("\"role\":\"tool\"");
    if (prompt.contains("use tools")) {
      return toolAnswered ? new Mood.Answer("It is 21 degrees there.") : calls();
    }
    if (prompt.contains("structured")) {
      return new Mood.Answer(FERRY);
    }
    if (prompt.contains("long text")) {
      return new Mood.Answer(LONG);
    }
    if (prompt.contains("slow text")) {
      return new Mood.Slow(Duration.ZERO, Duration.ofMillis(100), new Mood.Answer(LONG));
    }
    if (prompt.contains("break off")) {
      return new Mood.BrokenStream(4, GREETING);
    }
    if (prompt.contains("silence")) {
      return new Mood.Silent();
    }
    if (prompt.contains("always limited")) {
      return new Mood.RateLimited(Duration.ofSeconds(1));
    }
    if (prompt.contains("limited once")) {
      return odd(prompt) ? new Mood.RateLimited(Duration.ofSeconds(1)) : greeting();
    }
    if (prompt.contains("failing once")) {
      return odd(prompt) ? new Mood.Failure(500, "The model stumbled.") : greeting();
    }
    for (int status : List.of(400, 404, 422, 500)) {
      if (prompt.contains("fail " + status)) {
        return new Mood.Failure(status, "This is a " + status + ".");
      }
    }
    return greeting();
  }

  private static Mood greeting() {
    return new Mood.Answer(GREETING);
  }

  private static Mood calls() {
    return new Mood.ToolCalls(
        List.of(
            new Mood.ToolCall("call_a", "weather", "{\"place\":\"Łódź\"}"),
            new Mood.ToolCall("call_b", "weather", "{\"place\":\"Calais\"}")));
  }

  private boolean odd(String prompt) {
    return attempts.computeIfAbsent(prompt, _ -> new AtomicInteger()).incrementAndGet() % 2 == 1;
  }

  private static String lastUserText(JsonNode request) {
    String last = "";
    for (JsonNode message : request.path("messages")) {
      if (message.path("role").asText().equals("user")) {
        last = message.path("content").toString();
      }
    }
    return last;
  }
}
