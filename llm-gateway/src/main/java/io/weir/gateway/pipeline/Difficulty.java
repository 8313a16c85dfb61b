package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.RouteHints.Capability;
import io.weir.gateway.pipeline.RouteHints.Complexity;
import io.weir.gateway.pipeline.RouteHints.TaskType;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How hard a request is, judged by its words: points for length, for words that tell of hard or of
 * easy work, for code, reasoning and invention, and for much context. Whole words only: "planet" is
 * no plan. 8 points make it complex, 4 medium.
 */
public final class Difficulty {
  private static final int COMPLEX_FROM = 8;
  private static final int MEDIUM_FROM = 4;

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}'_-]*");
  private static final Pattern HARD =
      words(
          "architecture|architect|distributed|concurrency|concurrent|scalability|scalable|optimi[sz]e|optimi[sz]ation|refactor|migrate|migration|security|cryptography|algorithm|proof|prove|theorem|comprehensive|trade-?offs?|end-to-end");
  private static final Pattern MIDDLING =
      words(
          "implement|implementation|analy[sz]e|analysis|compare|debug|design|explain|evaluate|review|test|tests|integrate|integration|function|class|api|database|summari[sz]e");
  private static final Pattern EASY =
      words(
          "what|when|where|who|list|define|translate|convert|rename|format|spell|hello|hi|thanks");
  private static final Pattern REASONING =
      words(
          "why|because|reason|reasoning|therefore|step[- ]by[- ]step|deduce|infer|logic|consider");
  private static final Pattern INVENTION =
      words("write|story|poem|creative|brainstorm|invent|imagine|novel|slogan|essay|ideas");
  private static final Pattern CODE =
      Pattern.compile(
          "```|\\b(public|private|static|void|def|func|fn|class|import|return|const|let|var)\\b[^\\n]{0,80}[({;:=]|\\b(SELECT|INSERT|UPDATE)\\b.{1,200}\\b(FROM|INTO|SET)\\b",
          Pattern.DOTALL);

  private Difficulty() {}

  /** How hard a request is: as its caller says, else by its words, and no easier than its kind. */
  public static Complexity of(ObjectNode request, RouteHints hints) {
    Complexity judged = hints.complexity().orElseGet(() -> judged(request));
    Complexity least = hints.complexity().isPresent() ? Complexity.SIMPLE : least(hints.taskType());
    return judged.compareTo(least) >= 0 ? judged : least;
  }

  /** What a model must be able to do to answer it. */
  public static Set<Capability> needs(ObjectNode request, RouteHints hints) {
    var needs = EnumSet.noneOf(Capability.class);
    needs.addAll(hints.capabilities());
    if (!request.path("tools").isEmpty() || !request.path("functions").isEmpty()) {
      needs.add(Capability.TOOLS);
    }
    String format = request.path("response_format").path("type").asText();
    if (format.startsWith("json")) {
      needs.add(Capability.JSON);
    }
    for (JsonNode message : request.path("messages")) {
      for (JsonNode part : message.path("content")) {
        if (part.path("type").asText().equals("image_url")) {
          needs.add(Capability.VISION);
        }
      }
    }
    return needs;
  }

  private static Complexity least(TaskType task) {
    return switch (task) {
      case GENERAL -> Complexity.SIMPLE;
      case CODER, QA -> Complexity.MEDIUM;
      case ARCHITECT -> Complexity.COMPLEX;
    };
  }

  private static Complexity judged(ObjectNode request) {
    String question = "";
    int context = 0;
    for (JsonNode message : request.path("messages")) {
      String text = text(message.path("content"));
      context += text.length();
      if (message.path("role").asText().equals("user")) {
        question = text;
      }
    }
    int points = points(question, context - question.length());
    return points >= COMPLEX_FROM
        ? Complexity.COMPLEX
        : points >= MEDIUM_FROM ? Complexity.MEDIUM : Complexity.SIMPLE;
  }

  /**
   * The points of a question.
   *
   * @param context characters of all that comes with it
   */
  static int points(String question, int context) {
    long words = WORD.matcher(question).results().limit(501).count();
    int points = words > 500 ? 3 : words > 200 ? 2 : 0;
    points +=
        HARD.matcher(question).find()
            ? 3
            : MIDDLING.matcher(question).find() ? 2 : EASY.matcher(question).find() ? 1 : 0;
    points += CODE.matcher(question).find() ? 4 : 0;
    points += REASONING.matcher(question).find() ? 2 : 0;
    points += INVENTION.matcher(question).find() ? 3 : 0;
    points += context > 10_000 ? 3 : context > 4_000 ? 2 : 0;
    return points;
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    var text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText()).append('\n'));
    return text.toString();
  }

  private static Pattern words(String alternatives) {
    return Pattern.compile(
        "(?<![\\p{L}\\p{N}_])(?:" + alternatives + ")(?![\\p{L}\\p{N}_])",
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }
}
