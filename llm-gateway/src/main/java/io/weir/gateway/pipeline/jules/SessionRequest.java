package io.weir.gateway.pipeline.jules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A session to be begun.
 *
 * @param body of {@code POST /sessions}
 * @param mark what its title ends with, by which it is found again
 * @param planByHand whether somebody wants to approve its plan
 */
public record SessionRequest(ObjectNode body, String mark, boolean planByHand) {
  private static final int TITLE = 60;
  private static final Set<String> KNOWN =
      Set.of("model", "messages", "jules", "stream", "user", "metadata", "store");
  private static final Set<String> OPTIONS =
      Set.of("source", "branch", "require_plan_approval", "automation_mode");

  /** A session, or why the request is for none. */
  public sealed interface Result {
    record Translated(SessionRequest session) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  /**
   * Translates {@code request}.
   *
   * @param workId names the work, the same each time it is tried
   * @param source the repository when the request names none
   * @param branch the branch to start from when the request names none
   */
  public static Result of(
      ChatRequest request, String workId, Optional<String> source, Optional<String> branch) {
    ObjectNode chat = request.tree();
    for (Map.Entry<String, JsonNode> field : chat.properties()) {
      if (!KNOWN.contains(field.getKey()) && !field.getValue().isNull()) {
        return refused(field.getKey(), "Jules has nothing like it");
      }
    }
    JsonNode options = chat.path("jules");
    for (Map.Entry<String, JsonNode> option : options.properties()) {
      if (!OPTIONS.contains(option.getKey())) {
        return refused(
            "jules." + option.getKey(),
            "expected source, branch, require_plan_approval or automation_mode");
      }
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < chat.path("messages").size(); i++) {
      JsonNode message = chat.path("messages").path(i);
      String where = "messages[" + i + "].content";
      Optional<String> text = text(message.path("content"));
      if (text.isEmpty()) {
        return refused(where, "Jules takes texts only");
      }
      texts.add(said(message.path("role").asText(), text.get(), chat.path("messages").size()));
    }
    boolean planByHand = options.path("require_plan_approval").asBoolean();
    String prompt = String.join("\n\n", texts);
    String mark = mark(workId);
    ObjectNode body = Json.MAPPER.createObjectNode().put("prompt", prompt);
    body.put("title", title(prompt) + " " + mark);
    if (options.hasNonNull("source") || source.isPresent()) {
      ObjectNode context = body.putObject("sourceContext");
      context.put("source", options.path("source").asText(source.orElse("")));
      Optional<String> from =
          Optional.ofNullable(options.path("branch").asText(null)).or(() -> branch);
      from.ifPresent(name -> context.putObject("githubRepoContext").put("startingBranch", name));
    }
    body.put("requirePlanApproval", planByHand);
    if (options.hasNonNull("automation_mode")) {
      body.set("automationMode", options.path("automation_mode"));
    }
    return new Result.Translated(new SessionRequest(body, mark, planByHand));
  }

  private static String said(String role, String text, int messages) {
    return messages == 1 ? text : role + ": " + text;
  }

  private static String title(String prompt) {
    String line = prompt.lines().findFirst().orElse("").strip();
    int end =
        line.codePointCount(0, line.length()) <= TITLE
            ? line.length()
            : line.offsetByCodePoints(0, TITLE);
    return line.substring(0, end);
  }

  private static Optional<String> text(JsonNode content) {
    if (content.isTextual()) {
      return Optional.of(content.asText());
    }
    var text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text")) {
        return Optional.empty();
      }
      text.append(part.path("text").asText()).append('\n');
    }
    return Optional.of(text.toString().strip());
  }

  private static String mark(String workId) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(workId.getBytes(StandardCharsets.UTF_8));
      return "[weir:" + HexFormat.of().formatHex(Arrays.copyOf(hash, 12)) + "]";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Result refused(String param, String why) {
    return new Result.Refused(Failure.invalid("Field '" + param + "': " + why + ".", param));
  }
}
