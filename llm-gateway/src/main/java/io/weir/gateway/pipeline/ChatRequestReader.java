package io.weir.gateway.pipeline;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.weir.gateway.pipeline.ChatRequest.Span;
import io.weir.platform.json.JsonFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code POST /v1/chat/completions}, or of {@code /v1/embeddings}, in one pass
 * over its tokens. Checks the whole body's syntax but only the fields that the gateway itself acts
 * on: everything else is between the caller and the provider.
 */
public final class ChatRequestReader {

  /** A request, or why the body is none. */
  public sealed interface Result {
    record Valid(ChatRequest request) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  private static final ObjectReader PART =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final long MOST_TOKENS = 10_000_000;

  /** As many as OpenAI gives. */
  private static final long MOST_ANSWERS = 128;

  /** The field that a request is about. */
  private enum Subject {
    MESSAGES("messages", "a list of messages"),
    INPUT("input", "a text or a list of texts");

    private final String field;
    private final String expected;

    Subject(String field, String expected) {
      this.field = field;
      this.expected = expected;
    }
  }

  private final byte[] body;
  private final Subject subject;
  private final Pictures pictures;
  private int objectStart;
  private @Nullable String model;
  private @Nullable Span modelSpan;
  private boolean found;
  private boolean stream;
  private @Nullable JsonNode streamOptions;
  private @Nullable Span streamOptionsSpan;
  private long maxTokens;
  private long answers = 1;

  private ChatRequestReader(byte[] body, Subject subject) {
    this.body = body;
    this.subject = subject;
    this.pictures = new Pictures(body);
  }

  public static Result read(byte[] body) {
    return read(body, Subject.MESSAGES);
  }

  /** Reads a request for embeddings; what it has of a chat request, such as a stream, is unset. */
  static Result readEmbeddings(byte[] body) {
    return read(body, Subject.INPUT);
  }

  private static Result read(byte[] body, Subject subject) {
    if (body.length == 0) {
      return refused(
          "The body is empty: expected a JSON object with model and " + subject.field + ".", null);
    }
    if (body[0] == 0 || (body.length > 1 && body[1] == 0)) {
      return refused("The body is not UTF-8: expected a JSON object in UTF-8.", null);
    }
    return new ChatRequestReader(body.clone(), subject).read();
  }

  private Result read() {
    try (JsonParser parser = Json.MAPPER.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return refused("The body is not a JSON object with model and " + subject.field + ".", null);
      }
      objectStart = (int) parser.currentTokenLocation().getByteOffset();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        Optional<Failure> failure = field(parser, parser.currentName());
        if (failure.isPresent()) {
          return new Result.Refused(failure.get());
        }
      }
      if (parser.nextToken() != null) {
        return refused(
            "The body goes on after its JSON object" + at(parser.currentTokenLocation()) + ".",
            null);
      }
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : at(e.getLocation());
      return refused("The body is not valid JSON" + where + ": " + JsonFault.told(e), null);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
    if (model == null || modelSpan == null) {
      return refused(
          "Missing field 'model': expected a model's name, provider:model or auto.", "model");
    }
    if (!found) {
      return refused(
          "Missing field '" + subject.field + "': expected " + subject.expected + ".",
          subject.field);
    }
    return new Result.Valid(
        new ChatRequest(
            body,
            objectStart,
            model,
            modelSpan,
            stream,
            Optional.ofNullable(streamOptions),
            Optional.ofNullable(streamOptionsSpan),
            new ChatRequest.Extent(maxTokens, answers, pictures.count(), pictures.bytes()),
            RouteHints.NONE,
            false));
  }

  private Optional<Failure> field(JsonParser parser, String name) throws IOException {
    JsonToken value = parser.nextToken();
    int start = (int) parser.currentTokenLocation().getByteOffset();
    if (name.equals(subject.field)) {
      found = true;
      return subject == Subject.MESSAGES ? messages(parser, value) : input(parser, value);
    }
    if (subject == Subject.INPUT && !name.equals("model")) {
      parser.skipChildren();
      return Optional.empty();
    }
    switch (name) {
      case "model" -> {
        if (value != JsonToken.VALUE_STRING || parser.getText().isBlank()) {
          return wrong("model", "a model's name as a string");
        }
        model = parser.getText();
        modelSpan = new Span(start, end(parser));
      }
      case "stream" -> {
        if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
          return wrong("stream", "true or false");
        }
        stream = value == JsonToken.VALUE_TRUE;
      }
      case "stream_options" -> {
        if (value != JsonToken.START_OBJECT && value != JsonToken.VALUE_NULL) {
          return wrong("stream_options", "an object");
        }
        streamOptions = PART.readTree(parser);
        streamOptionsSpan = new Span(start, end(parser));
      }
      case "max_tokens", "max_completion_tokens" -> {
        maxTokens = Math.max(maxTokens, number(parser, value, MOST_TOKENS));
      }
      case "n" -> answers = Math.max(1, number(parser, value, MOST_ANSWERS));
      default -> parser.skipChildren();
    }
    return Optional.empty();
  }

  /** From 0 to {@code most}; what is no number is for the provider to refuse. */
  private static long number(JsonParser parser, JsonToken value, long most) throws IOException {
    if (value.isNumeric()) {
      return Math.clamp((long) parser.getDoubleValue(), 0, most);
    }
    parser.skipChildren();
    return 0;
  }

  private Optional<Failure> messages(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      return wrong("messages", "a list of messages");
    }
    int index = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        return wrong("messages[" + index + "]", "an object with role and content");
      }
      pictures.skip(parser);
      index++;
    }
    if (index == 0) {
      return wrong("messages", "at least one message");
    }
    return Optional.empty();
  }

  private static Optional<Failure> input(JsonParser parser, JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return Optional.empty();
    }
    if (value != JsonToken.START_ARRAY) {
      return wrong("input", Subject.INPUT.expected);
    }
    int items = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      boolean tokens = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.START_ARRAY;
      if (token != JsonToken.VALUE_STRING && !tokens) {
        return wrong("input[" + items + "]", "a text, or tokens as whole numbers");
      }
      parser.skipChildren();
      items++;
    }
    return items == 0 ? wrong("input", "at least one text") : Optional.empty();
  }

  private static int end(JsonParser parser) throws IOException {
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
  }

  private static Optional<Failure> wrong(String param, String expected) {
    return Optional.of(
        Failure.invalid("Invalid field '" + param + "': expected " + expected + ".", param));
  }

  private static String at(com.fasterxml.jackson.core.JsonLocation location) {
    return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static Result refused(String message, @Nullable String param) {
    return new Result.Refused(Failure.invalid(message, param));
  }
}
