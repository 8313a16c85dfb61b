package io.weir.gateway.completion;

import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatProvider;
import io.weir.gateway.provider.ChatStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** A provider in memory that fails as told, one call each, and then answers. */
public final class ScriptedProvider implements ChatProvider {
  private final String name;
  private final Queue<Failure> failures = new ArrayDeque<>();
  private String reason = "\"stop\"";
  private boolean durableOnly;
  private Optional<Usage> charged = Optional.empty();

  public ScriptedProvider(String name, Failure... failures) {
    this.name = name;
    this.failures.addAll(Arrays.asList(failures));
  }

  /** One whose streams end in order without a reason. */
  public static ScriptedProvider cutOff(String name) {
    var made = new ScriptedProvider(name);
    made.reason = "null";
    return made;
  }

  /** One whose failures cost that much. */
  public static ScriptedProvider charging(String name, Usage usage, Failure... failures) {
    var made = new ScriptedProvider(name, failures);
    made.charged = Optional.of(usage);
    return made;
  }

  /** One that answers durable requests only. */
  public static ScriptedProvider durable(String name) {
    var made = new ScriptedProvider(name);
    made.durableOnly = true;
    return made;
  }

  @Override
  public boolean durableOnly() {
    return durableOnly;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Answer complete(ChatRequest request, String model) {
    Failure failure = failures.poll();
    return failure == null
        ? new Answer.Answered(
            ("{\"by\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8), new Usage(1, 2, 0))
        : new Answer.Failed(failure, charged);
  }

  @Override
  public Opening open(ChatRequest request, String model) {
    Failure failure = failures.poll();
    return failure == null
        ? new Opening.Opened(new Words(reason, "by ", name))
        : new Opening.Failed(failure);
  }

  @Override
  public List<String> fixedModels() {
    return List.of("m", name + "-own");
  }

  @Override
  public Models models() {
    Failure failure = failures.peek();
    return failure == null ? new Models.Known(fixedModels()) : new Models.Unknown(failure);
  }

  /** A stream of words that does not tell its tokens. */
  private static final class Words implements ChatStream {
    private final String reason;
    private final Iterator<String> words;

    Words(String reason, String... words) {
      this.reason = reason;
      this.words = List.of(words).iterator();
    }

    @Override
    public Part next() {
      if (!words.hasNext()) {
        return new Part.End();
      }
      String word = words.next();
      return new Part.Events(
          "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":%s}]}\n\n"
              .formatted(word, words.hasNext() ? "null" : reason)
              .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<Usage> usage() {
      return reason.equals("null") ? Optional.empty() : Optional.of(new Usage(1, 2, 0));
    }

    @Override
    public void close() {
      // Holds nothing.
    }
  }
}
