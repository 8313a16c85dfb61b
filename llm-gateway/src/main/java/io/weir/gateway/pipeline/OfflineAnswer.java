package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What can be answered without a model: sentences of the conversation's own text, quoted, or else
 * that no model is configured. Nothing is made up, and what would need a model is refused.
 *
 * @param text the answer's words
 * @param cut whether the caller's token limit cut them short
 * @param usage estimated at four characters a token, for there is no tokenizer without a model
 */
public record OfflineAnswer(String text, boolean cut, Usage usage) {
  private static final int MAX_SENTENCES = 3;
  private static final int LONGEST = 1_000_000;
  private static final int CHARACTERS_PER_TOKEN = 4;

  static final String NO_MODEL =
      "No model is configured on this gateway, so I can only quote text that you send along, and"
          + " this conversation holds none that answers the question. To get a model's answers, set"
          + " OPENAI_API_KEY (and OPENAI_BASE_URL for any other OpenAI-compatible endpoint), or name"
          + " a file of providers in WEIR_PROVIDERS, and restart the gateway.";
  static final String QUOTE = "No model is configured; quoted from the text you sent:";

  /** Why {@code request} can't be answered without a model, if so. */
  public static Optional<Failure> refusal(ObjectNode request) {
    for (String field : List.of("max_completion_tokens", "max_tokens")) {
      JsonNode limit = request.path(field);
      if (request.hasNonNull(field) && !(limit.isIntegralNumber() && limit.asLong() >= 1)) {
        return Optional.of(
            Failure.invalid(field + ": expected a whole number from 1, got " + limit, field));
      }
    }
    String format = request.path("response_format").path("type").asText("text");
    if (!format.equals("text")) {
      return refuse("response_format", "response_format " + format);
    }
    for (String field : List.of("tools", "functions")) {
      if (!request.path(field).isEmpty()) {
        return refuse(field, field);
      }
    }
    if (request.path("n").asInt(1) > 1) {
      return refuse("n", "more than one choice");
    }
    if (request.path("logprobs").asBoolean() || request.path("top_logprobs").asInt() > 0) {
      return refuse("logprobs", "log probabilities");
    }
    for (JsonNode modality : request.path("modalities")) {
      if (!modality.asText().equals("text")) {
        return refuse("modalities", modality.asText() + " output");
      }
    }
    int index = 0;
    for (JsonNode message : request.path("messages")) {
      for (JsonNode part : message.path("content")) {
        if (!part.path("type").asText().equals("text")) {
          return refuse(
              "messages[" + index + "].content", part.path("type").asText("other") + " content");
        }
      }
      index++;
    }
    return Optional.empty();
  }

  /** The answer to a request that {@link #refusal} lets pass. */
  public static OfflineAnswer to(ObjectNode request) {
    List<String> texts = new ArrayList<>();
    String last = "";
    for (JsonNode message : request.path("messages")) {
      String content = content(message);
      switch (message.path("role").asText()) {
        case "user" -> {
          texts.add(content);
          last = content;
        }
        case "system", "developer", "tool" -> texts.add(content);
        default -> {
          // An assistant's earlier words are no source to quote.
        }
      }
    }
    List<String> lastSentences = Sentences.of(last);
    String question = question(lastSentences);
    List<String> sources =
        texts.stream()
            .flatMap(text -> Sentences.of(text).stream())
            .filter(sentence -> !sentence.equals(question) && !sentence.endsWith("?"))
            .distinct()
            .toList();
    List<String> quoted = SentenceSelection.best(question, sources, MAX_SENTENCES);
    String text =
        quoted.isEmpty()
            ? NO_MODEL
            : QUOTE
                + " "
                + quoted.stream().map(s -> "“" + s + "”").collect(Collectors.joining(" "));
    return limited(request, text, texts);
  }

  private static OfflineAnswer limited(ObjectNode request, String whole, List<String> texts) {
    String text = beforeStop(request.path("stop"), whole);
    JsonNode limit =
        request.hasNonNull("max_completion_tokens")
            ? request.path("max_completion_tokens")
            : request.path("max_tokens");
    long tokens = Math.clamp(limit.asLong(LONGEST), 0, LONGEST);
    long characters = tokens * CHARACTERS_PER_TOKEN;
    boolean cut = text.length() > characters;
    if (cut) {
      int end = (int) characters;
      boolean splitsPair = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
      text = text.substring(0, splitsPair ? end - 1 : end);
    }
    long input = texts.stream().mapToLong(OfflineAnswer::tokens).sum();
    return new OfflineAnswer(text, cut, new Usage(input, tokens(text), 0));
  }

  private static String beforeStop(JsonNode stop, String text) {
    int end = text.length();
    for (JsonNode word : stop.isTextual() ? List.of(stop) : stop) {
      int at = word.asText().isEmpty() ? -1 : text.indexOf(word.asText());
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  private static String question(List<String> sentences) {
    for (String sentence : sentences.reversed()) {
      if (sentence.endsWith("?")) {
        return sentence;
      }
    }
    return sentences.isEmpty() ? "" : sentences.getLast();
  }

  private static String content(JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return content.asText();
    }
    var text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText()).append('\n'));
    return text.toString();
  }

  private static long tokens(String text) {
    return ((long) text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
  }

  private static Optional<Failure> refuse(String param, String what) {
    return Optional.of(
        Failure.offlineOnly(
            "No model is configured, and "
                + what
                + " needs one. Set OPENAI_API_KEY or name a file of providers in WEIR_PROVIDERS.",
            param));
  }
}
