package io.weir.testsupport;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a {@link ScriptedLlm} does with one request. */
public sealed interface Mood {

  /**
   * Answers properly with this text, as one body or word by word as a stream, whichever the request
   * wants.
   */
  record Answer(String text, String finishReason, Usage usage) implements Mood {

    public Answer(String text) {
      this(text, "stop", Usage.ESTIMATED);
    }

    public Answer(String text, String finishReason) {
      this(text, finishReason, Usage.ESTIMATED);
    }
  }

  /**
   * Tokens to report, those read from a cache being part of the prompt's; {@link #ESTIMATED} counts
   * four characters of the request and the answer as one token.
   */
  record Usage(int promptTokens, int completionTokens, int cachedTokens) {
    public static final Usage ESTIMATED = new Usage(-1, -1, 0);

    public Usage(int promptTokens, int completionTokens) {
      this(promptTokens, completionTokens, 0);
    }
  }

  /** Answers with tool calls and finish reason {@code tool_calls}. */
  record ToolCalls(List<ToolCall> calls) implements Mood {
    public ToolCalls {
      calls = List.copyOf(calls);
    }

    public static ToolCalls of(String name, String arguments) {
      return new ToolCalls(List.of(new ToolCall("call_1", name, arguments)));
    }
  }

  /** One call; the arguments are JSON text. */
  record ToolCall(String id, String name, String arguments) {}

  /**
   * Waits before the first byte and between the chunks of a stream, then does as {@code then} does.
   */
  record Slow(Duration beforeFirstByte, Duration betweenChunks, Mood then) implements Mood {

    public static Slow toStart(Duration time, Mood then) {
      return new Slow(time, Duration.ZERO, then);
    }
  }

  /** Waits until the test has counted {@code goOn} down, then does as {@code then} does. */
  record Held(CountDownLatch goOn, Mood then) implements Mood {}

  /** 429 with {@code Retry-After}, in whole seconds, rounded up. */
  record RateLimited(Duration retryAfter) implements Mood {}

  /** An error status with the protocol's error body. */
  record Failure(int status, String message) implements Mood {}

  /** 401 with the code {@code invalid_api_key}. */
  record WrongKey() implements Mood {}

  /**
   * Sends this many events of the stream, then ends the connection without an end of the body; a
   * plain answer ends within its body.
   */
  record BrokenStream(int events, String text) implements Mood {}

  /**
   * Sends this many events of the stream, then an error as an event, and ends the stream in order;
   * a plain answer is status 500.
   *
   * @param type the protocol's own word, such as {@code overloaded_error}
   */
  record ErrorEvent(int events, String text, String type) implements Mood {}

  /** A well-formed head that announces the whole body, half of the body, then an orderly close. */
  record Truncated(String text) implements Mood {}

  /** Accepts the request and never answers, until the client goes away or the server is closed. */
  record Silent() implements Mood {}

  /** Status 200 with a body that is not JSON. */
  record Garbage(String body) implements Mood {

    public Garbage() {
      this("<html><body>502 Bad Gateway</body></html>");
    }
  }
}
