package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.EventRelay;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ProviderErrors;
import io.weir.gateway.pipeline.SseEvents;
import io.weir.gateway.pipeline.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's stream of events as chat completion chunks, each as soon as its event is whole. Not
 * thread safe.
 */
public final class MessagesRelay implements EventRelay {
  private final String provider;
  private final boolean jsonTool;
  private final Chunks chunks;
  private final SseEvents events;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<Integer, ToolCall> tools = new HashMap<>();
  private final Thoughts thoughts = new Thoughts();
  private final ObjectNode usage = Json.MAPPER.createObjectNode();
  private @Nullable Failure failure;
  private boolean begun;
  private boolean started;
  private boolean finished;
  private boolean done;

  /** A call under way. */
  private static final class ToolCall {
    final int index;
    boolean hasArguments;

    ToolCall(int index) {
      this.index = index;
    }
  }

  /**
   * @param provider its name, for messages
   * @param wantsUsage whether the caller asked for a usage chunk
   * @param jsonTool whether the answer is in a tool that was added for it
   * @param created seconds since the epoch
   * @param maxEventBytes how long a single event may be
   */
  public MessagesRelay(
      String provider, boolean wantsUsage, boolean jsonTool, long created, int maxEventBytes) {
    this.provider = provider;
    this.jsonTool = jsonTool;
    this.chunks = new Chunks(created, wantsUsage);
    this.events = new SseEvents(maxEventBytes);
  }

  @Override
  public byte[] accept(byte[] chunk, int count) {
    try {
      for (byte[] event : events.add(chunk, count)) {
        if (done || failure != null) {
          break;
        }
        accept(new String(event, StandardCharsets.UTF_8));
      }
    } catch (SseEvents.OversizedEventException e) {
      failure = broken("an event of its stream is too long");
    }
    if (!started && failure == null) {
      return new byte[0]; // until something of the answer is there, it may fail with a status
    }
    byte[] ready = out.toByteArray();
    out.reset();
    return ready;
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public Optional<Usage> usage() {
    return begun ? Optional.of(Answers.usage(usage)) : Optional.empty();
  }

  @Override
  public Failure cutShort() {
    return broken("the stream broke off before its end");
  }

  private void accept(String event) {
    var data = new StringBuilder();
    event
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(line -> data.append(line, "data:".length(), line.length()));
    if (data.isEmpty()) {
      return;
    }
    Optional<JsonNode> json = Json.object(data.toString().getBytes(StandardCharsets.UTF_8));
    if (json.isEmpty()) {
      failure = broken("an event of its stream is no JSON");
      return;
    }
    accept(json.get());
  }

  private void accept(JsonNode event) {
    switch (event.path("type").asText()) {
      case "message_start" -> {
        JsonNode message = event.path("message");
        begun = true;
        chunks.begin(message.path("id").asText(), message.path("model").asText());
        count(message.path("usage"));
        write(chunks.delta(delta -> delta.put("role", "assistant").put("content", "")));
      }
      case "content_block_start" -> {
        started = true;
        blockStart(event.path("index").asInt(), event.path("content_block"));
      }
      case "content_block_delta" -> {
        started = true;
        blockDelta(event.path("index").asInt(), event.path("delta"));
      }
      case "content_block_stop" -> blockStop(event.path("index").asInt());
      case "message_delta" -> {
        started = true;
        count(event.path("usage"));
        if (event.path("delta").hasNonNull("stop_reason")) {
          finish(event.path("delta").path("stop_reason").asText());
        }
      }
      case "message_stop" -> {
        started = true;
        finish("end_turn");
        chunks.usage(Answers.usageJson(usage)).ifPresent(this::write);
        out.writeBytes("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII));
        done = true;
      }
      case "error" -> failure = error(event);
      default -> {
        // ping, and what is new: unknown events are to be ignored.
      }
    }
  }

  private void blockStart(int block, JsonNode content) {
    switch (content.path("type").asText()) {
      case "text" -> text(content.path("text").asText());
      case "tool_use" -> {
        if (jsonTool && !tools.isEmpty()) {
          return; // a second object would make the answer no JSON
        }
        ToolCall call = new ToolCall(tools.size());
        tools.put(block, call);
        if (!jsonTool) {
          write(
              chunks.delta(
                  delta -> {
                    ObjectNode tool =
                        delta.putArray("tool_calls").addObject().put("index", call.index);
                    tool.put("id", content.path("id").asText()).put("type", "function");
                    tool.putObject("function")
                        .put("name", content.path("name").asText())
                        .put("arguments", "");
                  }));
        }
        if (!content.path("input").isEmpty()) {
          arguments(call, content.path("input").toString());
        }
      }
      default -> thoughts.begin(block, content); // others are no part of an answer
    }
  }

  private void blockDelta(int block, JsonNode delta) {
    switch (delta.path("type").asText()) {
      case "text_delta" -> text(delta.path("text").asText());
      case "thinking_delta" -> {
        String thinking = delta.path("thinking").asText();
        thoughts.thinking(block, thinking);
        write(chunks.delta(ours -> ours.put("reasoning_content", thinking)));
      }
      case "input_json_delta" -> {
        ToolCall call = tools.get(block);
        String part = delta.path("partial_json").asText();
        if (call != null && !part.isEmpty()) {
          arguments(call, part);
        }
      }
      case "signature_delta" -> thoughts.signature(block, delta.path("signature").asText());
      default -> {
        // Citations have no place in a chat completion.
      }
    }
  }

  private void blockStop(int block) {
    thoughts
        .end(block)
        .ifPresent(whole -> write(chunks.delta(delta -> delta.set(Thoughts.FIELD, whole))));
    ToolCall call = tools.get(block);
    if (call != null && !call.hasArguments) {
      arguments(call, "{}"); // a tool without parameters is called with an object all the same
    }
  }

  private void arguments(ToolCall call, String part) {
    call.hasArguments = true;
    if (jsonTool) {
      text(part);
      return;
    }
    write(
        chunks.delta(
            delta ->
                delta
                    .putArray("tool_calls")
                    .addObject()
                    .put("index", call.index)
                    .putObject("function")
                    .put("arguments", part)));
  }

  private void text(String text) {
    if (!text.isEmpty()) {
      write(chunks.delta(delta -> delta.put("content", text)));
    }
  }

  private void finish(String stopReason) {
    if (!finished) {
      finished = true;
      write(chunks.finish(Answers.finishReason(stopReason, jsonTool)));
    }
  }

  /** Counts are of the whole so far; the last one that is told of each kind holds. */
  private void count(JsonNode more) {
    more.properties().stream()
        .filter(field -> field.getValue().isIntegralNumber())
        .forEach(field -> usage.set(field.getKey(), field.getValue()));
  }

  private Failure error(JsonNode event) {
    int status =
        switch (event.path("error").path("type").asText()) {
          case "overloaded_error" -> 529;
          case "rate_limit_error" -> 429;
          case "timeout_error" -> 504;
          case "invalid_request_error" -> 400;
          case "request_too_large" -> 413;
          case "not_found_error" -> 404;
          case "authentication_error", "permission_error" -> 401;
          default -> 500;
        };
    return ProviderErrors.of(
        provider, status, Json.bytes(event), Optional.empty(), Optional.empty());
  }

  private Failure broken(String what) {
    return Failure.providerError("Provider '" + provider + "': " + what + ".", "stream_broken");
  }

  private void write(ObjectNode chunk) {
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(Json.bytes(chunk));
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
  }
}
