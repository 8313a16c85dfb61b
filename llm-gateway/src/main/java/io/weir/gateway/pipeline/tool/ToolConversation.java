package io.weir.gateway.pipeline.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request with tools of the gateway on its way from round to round: the model answers with calls,
 * their results are added, and it is asked again, until it answers or calls a tool of the client.
 *
 * <p>An answer with calls of both kinds goes to the client with the client's alone. The gateway's
 * are not executed then: nobody could hand their results back later, and the model asks for them
 * again once it has the client's. Not thread safe.
 */
public final class ToolConversation {
  private static final String TOOLS = "tools";
  private static final String TOOL_CALLS = "tool_calls";
  private static final String TOOL_CHOICE = "tool_choice";
  private static final String AUTO = "auto";

  private final ChatRequest first;
  private final ToolOffer offer;
  private final ObjectNode body;
  private final boolean clientHasTools;
  private @Nullable ObjectNode usage;
  private int rounds;

  /** A conversation, or why there can be none. */
  public sealed interface Beginning {
    record Begun(ToolConversation conversation) implements Beginning {}

    record Refused(Failure failure) implements Beginning {}
  }

  /** What an answer means. */
  public sealed interface Step {
    /**
     * The answer is the client's.
     *
     * @param body with the tokens of all rounds, and without calls of the gateway's tools
     * @param changed whether it is not the provider's own any more
     */
    record Final(ObjectNode body, boolean changed) implements Step {}

    /** These are to be executed; all are the gateway's. */
    record Execute(List<ToolCall> calls) implements Step {
      public Execute {
        calls = List.copyOf(calls);
      }
    }
  }

  private ToolConversation(ChatRequest first, ToolOffer offer, ObjectNode body) {
    this.first = first;
    this.offer = offer;
    this.body = body;
    this.clientHasTools = !body.path(TOOLS).isEmpty();
    ArrayNode tools = body.withArray("/" + TOOLS);
    offer.tools().values().forEach(tool -> tools.add(tool.listed()));
  }

  /** Adds what is offered to {@code request}. */
  public static Beginning begin(ChatRequest request, ToolOffer offer) {
    ObjectNode body = request.tree();
    JsonNode tools = body.path(TOOLS);
    if (tools.isNull()) {
      body.remove(TOOLS);
    } else if (!tools.isMissingNode() && !tools.isArray()) {
      return refused("Invalid field 'tools': expected a list of tools.", TOOLS);
    }
    for (JsonNode tool : body.path(TOOLS)) {
      String name = tool.path("function").path("name").asText(tool.path("name").asText());
      if (offer.tools().containsKey(name)) {
        return refused(
            "The tool '" + name + "' is in the request and in " + ToolOffer.HEADER + ".", TOOLS);
      }
    }
    if (body.path("n").asInt(1) > 1) {
      return refused("With tools of the gateway there is one answer: expected n of 1.", "n");
    }
    return new Beginning.Begun(new ToolConversation(request, offer, body));
  }

  private static Beginning refused(String message, String param) {
    return new Beginning.Refused(Failure.invalid(message, param));
  }

  /** What the model is asked next. */
  public ChatRequest next() {
    return switch (ChatRequestReader.read(Json.bytes(body))) {
      case ChatRequestReader.Result.Valid(ChatRequest request) ->
          first.stream() ? request.with(first.hints()).counted() : request.with(first.hints());
      case ChatRequestReader.Result.Refused(Failure failure) ->
          throw new IllegalStateException("a request that was valid: " + failure.message());
    };
  }

  /** Asks for an answer without further calls; what they were for stays in the request. */
  public void noMoreCalls() {
    body.put(TOOL_CHOICE, "none");
  }

  /** How many times the model has answered. */
  public int rounds() {
    return rounds;
  }

  /** The tokens of all rounds so far, as a completion tells them. */
  public Optional<ObjectNode> usage() {
    return Optional.ofNullable(usage);
  }

  /** Whether a call of {@code tool} is for the gateway: its own, or one of nobody. */
  private boolean ours(String tool) {
    return offer.tools().containsKey(tool) || !clientHasTools;
  }

  /** What the model's answer to {@link #next} means. */
  public Step answered(ObjectNode completion) {
    rounds++;
    if (completion.path("usage") instanceof ObjectNode told) {
      usage = usage == null ? told.deepCopy() : sum(usage, told);
    }
    var own = new ArrayList<ToolCall>();
    ArrayNode theirs = Json.MAPPER.createArrayNode();
    for (JsonNode call : message(completion).path(TOOL_CALLS)) {
      ToolCall read = ToolCall.of(call);
      if (call.has("function") && ours(read.tool())) {
        own.add(read);
      } else {
        theirs.add(call);
      }
    }
    if (!own.isEmpty() && theirs.isEmpty()) {
      body.withArray("/messages").add(said(message(completion)));
      return new Step.Execute(own);
    }
    boolean changed = rounds > 1 || !own.isEmpty();
    if (changed && usage != null) {
      completion.set("usage", usage);
    }
    if (!own.isEmpty() && message(completion) instanceof ObjectNode message) {
      message.set(TOOL_CALLS, theirs);
    }
    return new Step.Final(completion, changed);
  }

  /**
   * The calls have been executed.
   *
   * @param results one for each call, in their order
   */
  public void executed(List<ToolCall> calls, List<ToolResult> results) {
    ArrayNode messages = body.withArray("/messages");
    for (int i = 0; i < calls.size(); i++) {
      messages
          .addObject()
          .put("role", "tool")
          .put("tool_call_id", calls.get(i).id())
          .put("content", results.get(i).content());
    }
    // Whoever wants a tool to be used has had his will; asked again, the model could never end.
    JsonNode choice = body.path(TOOL_CHOICE);
    if ("required".equals(choice.asText())
        || offer.tools().containsKey(choice.path("function").path("name").asText())) {
      body.put(TOOL_CHOICE, AUTO);
    } else if (choice.path("allowed_tools") instanceof ObjectNode allowed) {
      allowed.put("mode", AUTO);
    }
  }

  private static JsonNode message(ObjectNode completion) {
    return completion.path("choices").path(0).path("message");
  }

  /** A message of an answer as a request has it: without what is null there. */
  private static ObjectNode said(JsonNode message) {
    ObjectNode said = message.deepCopy();
    said.properties().stream()
        .filter(field -> field.getValue().isNull() && !field.getKey().equals("content"))
        .map(java.util.Map.Entry::getKey)
        .toList()
        .forEach(said::remove);
    return said;
  }

  /** Adds up all numbers, however deep. */
  private static ObjectNode sum(ObjectNode one, ObjectNode other) {
    ObjectNode sum = one.deepCopy();
    for (var field : other.properties()) {
      JsonNode before = sum.path(field.getKey());
      JsonNode more = field.getValue();
      if (before instanceof ObjectNode object && more instanceof ObjectNode added) {
        sum.set(field.getKey(), sum(object, added));
      } else if (before.isIntegralNumber() && more.isIntegralNumber()) {
        sum.put(field.getKey(), before.asLong() + more.asLong());
      } else if (before.isNumber() && more.isNumber()) {
        sum.put(field.getKey(), before.decimalValue().add(more.decimalValue()));
      } else if (before.isMissingNode() || before.isNull()) {
        sum.set(field.getKey(), more.deepCopy());
      }
    }
    return sum;
  }
}
