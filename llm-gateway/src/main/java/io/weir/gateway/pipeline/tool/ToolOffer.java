package io.weir.gateway.pipeline.tool;

import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The tools that the gateway adds to one request, because its caller has asked for them.
 *
 * @param tools by their names, in the order in which the caller names them
 */
public record ToolOffer(Map<String, ToolSpec> tools) {
  /** The header by which a request asks for tools of the gateway, by comma. */
  public static final String HEADER = "x-weir-tools";

  /** Of a caller who wants none. */
  public static final ToolOffer NONE = new ToolOffer(Map.of());

  private static final Failure NOT_ALLOWED =
      new Failure(
          Failure.Kind.INVALID_REQUEST,
          403,
          "The header " + HEADER + " needs a key with the scope tools.",
          HEADER,
          "tools_not_allowed",
          null);

  public ToolOffer {
    tools = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tools));
  }

  /** What is offered, or why not. */
  public sealed interface Result {
    record Valid(ToolOffer offer) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  /**
   * Reads the header.
   *
   * @param there the tools that are configured
   * @param allowed whether who asks may use tools of the gateway; whoever may not does not learn
   *     which there are
   */
  public static Result read(Optional<String> header, List<ToolSpec> there, boolean allowed) {
    var wanted = new LinkedHashMap<String, ToolSpec>();
    for (String text : header.orElse("").split(",", -1)) {
      String name = text.strip();
      if (name.isEmpty()) {
        continue;
      }
      if (!allowed) {
        return new Result.Refused(NOT_ALLOWED);
      }
      Optional<ToolSpec> found =
          there.stream().filter(tool -> tool.name().equals(name)).findFirst();
      if (found.isEmpty()) {
        return refused(name, there);
      }
      wanted.put(name, found.get());
    }
    return new Result.Valid(wanted.isEmpty() ? NONE : new ToolOffer(wanted));
  }

  private static Result refused(String name, List<ToolSpec> there) {
    String shown = name.length() > 40 ? name.substring(0, 40) : name;
    String wants =
        there.isEmpty()
            ? "nothing, because no tool is configured"
            : there.stream().map(ToolSpec::name).collect(Collectors.joining(", "));
    return new Result.Refused(
        Failure.invalid(
            "Invalid header " + HEADER + ": '" + shown + "', expected " + wants + ".", HEADER));
  }

  public boolean isEmpty() {
    return tools.isEmpty();
  }

  /** What an idempotency key stands for: the same body with other tools is another request. */
  public byte[] fingerprint(ChatRequest request) {
    byte[] body = request.body();
    if (isEmpty()) {
      return body;
    }
    byte[] names = ("\n" + String.join(",", tools.keySet())).getBytes(StandardCharsets.UTF_8);
    byte[] both = java.util.Arrays.copyOf(body, body.length + names.length);
    System.arraycopy(names, 0, both, body.length, names.length);
    return both;
  }
}
