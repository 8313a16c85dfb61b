package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A chat completion request: the body as it came and the few things the gateway must know of it.
 * What a provider gets is the same bytes, but for what the gateway has to change. Immutable.
 */
public final class ChatRequest {

  /** Where a top-level field's value stands in the body: [start, end). */
  record Span(int start, int end) {}

  /**
   * How much it asks for.
   *
   * @param maxTokens of one answer; 0 if it sets no limit
   * @param answers that it wants
   * @param pictures in its messages
   * @param pictureBytes of the body that are pictures' data
   */
  record Extent(long maxTokens, long answers, int pictures, int pictureBytes) {}

  private static final byte[] ASK_USAGE =
      "\"stream_options\":{\"include_usage\":true},".getBytes(StandardCharsets.UTF_8);

  /** Fewer than there are in most texts, so that the guess is on the safe side. */
  private static final int BYTES_OF_A_TOKEN = 3;

  /** More than there are in most texts, so that no model is left out that might do. */
  private static final int BYTES_OF_A_LONG_TOKEN = 5;

  /** What most models count a picture as at most, whatever its data's length: 1,500 tokens. */
  private static final int BYTES_OF_A_PICTURE = 1_500 * BYTES_OF_A_TOKEN;

  /** Of requests that set no limit; most answers are shorter. */
  private static final int TOKENS_OF_AN_ANSWER = 2_000;

  private final byte[] body;
  private final int objectStart;
  private final Extent extent;
  private final RouteHints hints;
  private final String model;
  private final Span modelSpan;
  private final boolean stream;
  private final Optional<JsonNode> streamOptions;
  private final Optional<Span> streamOptionsSpan;
  private final boolean counted;

  ChatRequest(
      byte[] body,
      int objectStart,
      String model,
      Span modelSpan,
      boolean stream,
      Optional<JsonNode> streamOptions,
      Optional<Span> streamOptionsSpan,
      Extent extent,
      RouteHints hints,
      boolean counted) {
    this.hints = hints;
    this.counted = counted;
    this.body = body;
    this.extent = extent;
    this.objectStart = objectStart;
    this.model = model;
    this.modelSpan = modelSpan;
    this.stream = stream;
    this.streamOptions = streamOptions;
    this.streamOptionsSpan = streamOptionsSpan;
  }

  /** The model as asked for: a name, {@code provider:model} or {@code auto}. */
  public String model() {
    return model;
  }

  public boolean stream() {
    return stream;
  }

  /** Whether a usage chunk at the end of the stream is handed on: the caller wants it. */
  public boolean wantsUsage() {
    return counted || asksUsage();
  }

  /** Whether the body itself asks for it. */
  private boolean asksUsage() {
    return streamOptions.map(options -> options.path("include_usage").asBoolean()).orElse(false);
  }

  /** The whole request as a tree; parsed anew at each call. */
  public ObjectNode tree() {
    return (ObjectNode)
        Json.object(body).orElseThrow(() -> new IllegalStateException("the body was an object"));
  }

  /** The same request of a caller who says this of it. */
  public ChatRequest with(RouteHints more) {
    return new ChatRequest(
        body,
        objectStart,
        model,
        modelSpan,
        stream,
        streamOptions,
        streamOptionsSpan,
        extent,
        more,
        counted);
  }

  /** The same request of somebody who wants the usage chunk, whatever its body asks for. */
  public ChatRequest counted() {
    return new ChatRequest(
        body,
        objectStart,
        model,
        modelSpan,
        stream,
        streamOptions,
        streamOptionsSpan,
        extent,
        hints,
        true);
  }

  /** What its caller says of it. */
  public RouteHints hints() {
    return hints;
  }

  /** The fewest tokens that question and answer together need, at a fair guess. */
  public long leastTokens() {
    return (body.length - extent.pictureBytes()) / BYTES_OF_A_LONG_TOKEN + extent.maxTokens();
  }

  /** How long the body is, each picture in it as long as words that cost as much. */
  public int countedBytes() {
    int words = body.length - extent.pictureBytes();
    return (int) Math.min(words + (long) extent.pictures() * BYTES_OF_A_PICTURE, Integer.MAX_VALUE);
  }

  /** The most tokens that its question may have, at a fair guess, before anybody has counted. */
  public long mostQuestionTokens() {
    return Math.ceilDiv(countedBytes(), BYTES_OF_A_TOKEN);
  }

  /** The most that its answers may have. */
  public long mostAnswerTokens() {
    long one = extent.maxTokens() > 0 ? extent.maxTokens() : TOKENS_OF_AN_ANSWER;
    return one * extent.answers();
  }

  /** The body as it came. */
  public byte[] body() {
    return body.clone();
  }

  /**
   * The body for a provider: {@code providerModel} in the place of {@link #model()} and, with
   * {@code askUsage}, a request for the usage chunk; every other byte as it came.
   */
  public byte[] bodyFor(String providerModel, boolean askUsage) {
    boolean addUsage = askUsage && stream && !asksUsage();
    if (!addUsage && providerModel.equals(model)) {
      return body.clone();
    }
    var out = new ByteArrayOutputStream(body.length + 64);
    int position = 0;
    if (addUsage && streamOptionsSpan.isEmpty()) {
      position = objectStart + 1;
      out.write(body, 0, position);
      out.writeBytes(ASK_USAGE);
    }
    boolean optionsFirst =
        addUsage && streamOptionsSpan.map(s -> s.start() < modelSpan.start()).orElse(false);
    if (optionsFirst) {
      position = replace(out, position, streamOptionsSpan.orElseThrow(), withUsage());
    }
    if (!providerModel.equals(model)) {
      byte[] name = Json.bytes(Json.MAPPER.getNodeFactory().textNode(providerModel));
      position = replace(out, position, modelSpan, name);
    }
    if (addUsage && !optionsFirst && streamOptionsSpan.isPresent()) {
      position = replace(out, position, streamOptionsSpan.orElseThrow(), withUsage());
    }
    out.write(body, position, body.length - position);
    return out.toByteArray();
  }

  private int replace(ByteArrayOutputStream out, int position, Span span, byte[] value) {
    out.write(body, position, span.start() - position);
    out.writeBytes(value);
    return span.end();
  }

  private byte[] withUsage() {
    ObjectNode options =
        streamOptions
            .filter(JsonNode::isObject)
            .map(node -> (ObjectNode) node.deepCopy())
            .orElseGet(Json.MAPPER::createObjectNode);
    return Json.bytes(options.put("include_usage", true));
  }
}
