package io.weir.e2e.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.e2e.fuzz.Draft.Hope;
import io.weir.e2e.fuzz.ServedDocument.Operation;
import io.weir.e2e.fuzz.Wire.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What must hold of every answer, by the document of the service. Thread-safe. */
final class Oracle {
  /** Of a request that is right in all that a document can say. */
  private static final Set<Integer> CALLED_WRONG = Set.of(400, 401, 403, 405, 408, 413, 415, 422);

  /** What no schema can say. */
  private static final Pattern BEYOND_SCHEMAS =
      Pattern.compile(
          "age_min: must not exceed age_max|\"code\":\"(offline_only|embeddings_unsupported)\"");

  private static final Pattern INTERNALS =
      Pattern.compile(
          "\\b(?:[a-z_]\\w*\\.){2,}[A-Z]\\w*|\\b[A-Z]\\w*Exception\\b|\\bStreamRead\\w*|\\.java:\\d|\\bnull"
              + " pointer|`\\w+\\.\\w+");

  private final ServedDocument document;
  private final Set<Integer> anywhere = new HashSet<>();

  Oracle(ServedDocument document) {
    this.document = document;
    anywhere.addAll(document.elsewhere());
    for (Operation operation : document.operations()) {
      operation
          .node()
          .path("responses")
          .properties()
          .forEach(response -> anywhere.add(Integer.valueOf(response.getKey())));
    }
  }

  /** What does not hold; empty when all does. */
  List<String> judge(Draft draft, Answer answer) {
    if (answer.status() <= 0) {
      boolean closed = answer.status() == 0;
      return closed && draft.hope == Hope.ANY
          ? List.of()
          : List.of(closed ? "closed without an answer" : "no answer in time");
    }
    var faults = new ArrayList<String>();
    int status = answer.status();
    Optional<JsonNode> documented = document.answer(draft.operation, status);
    if (documented.isEmpty() && !(draft.hope == Hope.ANY && anywhere.contains(status))) {
      faults.add("status " + status + " is not documented");
    }
    if (draft.hope == Hope.ACCEPTED && calledWrong(draft, answer)) {
      faults.add("a right request is called wrong");
    }
    if (draft.hope == Hope.REFUSED && status / 100 == 2) {
      faults.add("a wrong request is accepted");
    }
    boolean strict = draft.hope != Hope.ANY && documented.isPresent();
    if (strict) {
      headers(documented.get(), answer, faults);
    }
    if (answer.headers().containsKey("x-injected")) {
      faults.add("a header was injected");
    }
    // A server that could not read a first line to its end does not know that it was a HEAD.
    boolean unknownHead = draft.method.equals("HEAD") && status == 414;
    if (answer.left() > 0 && !unknownHead) {
      faults.add(answer.left() + " bytes come after the answer");
    }
    if (status >= 400) {
      var found = INTERNALS.matcher(answer.text());
      if (found.find()) {
        faults.add("the answer tells internals: " + found.group());
      }
      if (status == 429 || status == 503) {
        if (!answer.header("retry-after").matches("[1-9]\\d*")) {
          faults.add("no Retry-After");
        }
      }
    }
    if (!draft.method.equals("HEAD") && status != 304) {
      body(draft, answer, strict ? documented : Optional.empty(), faults);
    }
    return faults;
  }

  private static boolean calledWrong(Draft draft, Answer answer) {
    boolean keyed = draft.headers.stream().anyMatch(line -> line.startsWith("Idempotency-Key"));
    return CALLED_WRONG.contains(answer.status())
        && !(answer.status() == 422 && keyed) // a short key may have been used before
        && !(answer.status() == 409 && keyed)
        && !BEYOND_SCHEMAS.matcher(answer.text()).find();
  }

  private void headers(JsonNode documented, Answer answer, List<String> faults) {
    for (Map.Entry<String, JsonNode> entry : documented.path("headers").properties()) {
      JsonNode header = document.resolved(entry.getValue());
      String value = answer.header(entry.getKey());
      if (value.isEmpty()) {
        if (header.path("required").asBoolean()) {
          faults.add("no header " + entry.getKey());
        }
        continue;
      }
      boolean number = header.at("/schema/type").asText().equals("integer");
      JsonNode typed =
          number && value.matches("\\d{1,18}")
              ? JsonNodeFactory.instance.numberNode(Long.parseLong(value))
              : JsonNodeFactory.instance.textNode(value);
      document
          .faults(header.path("schema"), typed)
          .forEach(fault -> faults.add(entry.getKey() + ": " + fault));
    }
  }

  private void body(
      Draft draft, Answer answer, Optional<JsonNode> documented, List<String> faults) {
    String type = answer.header("content-type").split(";", 2)[0].strip();
    if (documented.isPresent()) {
      JsonNode content = documented.get().path("content").path(type);
      if (content.isMissingNode()) {
        faults.add("content type '" + type + "' is not documented");
        return;
      }
      if (!type.endsWith("json")) {
        return;
      }
      json(answer, faults)
          .ifPresent(
              body ->
                  document
                      .faults(content.path("schema"), body)
                      .forEach(fault -> faults.add("body: " + fault)));
    } else if (answer.status() >= 400) {
      error(draft, answer, type, faults);
    }
    if (type.equals("application/problem+json")) {
      json(answer, faults)
          .filter(body -> body.path("status").asInt() != answer.status())
          .ifPresent(body -> faults.add("the problem tells another status"));
    }
  }

  /** The shape of an error by its API; who sends no path may get either. */
  private void error(Draft draft, Answer answer, String type, List<String> faults) {
    boolean openAi = type.equals("application/json");
    boolean told = draft.raw.length == 0 && draft.target.startsWith("/");
    if (told
        && openAi
        && !draft.target.replaceAll(";[^/]*", "").replaceAll("/+", "/").startsWith("/v1")
        && !document.named("OpenAiError").isMissingNode()
        && !draft.operation.path().startsWith("/health")) {
      faults.add("an error of another API's shape");
    }
    if (!openAi && !type.equals("application/problem+json")) {
      faults.add("an error of type '" + type + "'");
      return;
    }
    json(answer, faults)
        .ifPresent(
            body ->
                document
                    .faults(document.named(openAi ? "OpenAiError" : "Problem"), body)
                    .forEach(fault -> faults.add("body: " + fault)));
  }

  private static Optional<JsonNode> json(Answer answer, List<String> faults) {
    try {
      return Optional.of(ServedDocument.JSON.readTree(answer.body()));
    } catch (IOException e) {
      faults.add("the body is no JSON: " + e.getMessage());
      return Optional.empty();
    }
  }
}
