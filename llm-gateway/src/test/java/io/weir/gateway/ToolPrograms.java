package io.weir.gateway;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.pipeline.Json;
import io.weir.messaging.Codec;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestHandler;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.ResponderSpec;
import io.weir.messaging.runtime.Component;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.ToolError;
import io.weir.proto.v1.ToolRequest;
import io.weir.proto.v1.ToolResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Programs that execute tools, each with its own way to fail. */
final class ToolPrograms {
  /** All that are offered; the first one works. */
  static final List<String> NAMES =
      List.of(
          "echo",
          "denied",
          "missing",
          "picky",
          "slow",
          "crashing",
          "no-json",
          "nobody",
          "refusing");

  /** What a model is told of each of the others. */
  static final Map<String, String> CODES = codes();

  /** A file that offers all of them. */
  static Path file(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("tools.yaml"),
        NAMES.stream()
            .map(
                name ->
                    """
                    - name: %s
                      description: does it
                      parameters: {type: object, properties: {say: {type: string}}}
                      timeout: %s
                    """
                        .formatted(name, name.equals("slow") ? "100ms" : "60s"))
            .collect(Collectors.joining("", "tools:\n", "")));
  }

  private final List<Component> components = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);
  private final Messaging messaging;

  ToolPrograms(String natsUrl) throws Exception {
    messaging =
        new Messaging(
            "tools", BrokerSettings.local(natsUrl), new SimpleMeterRegistry(), Clock.systemUTC());
    add(messaging);
    answer(
        "echo",
        request ->
            ToolResponse.newBuilder()
                .setContent(
                    "echo says "
                        + Json.MAPPER
                            .readTree(request.payload().getArgumentsJson())
                            .path("say")
                            .asText())
                .build(),
        Codecs.TOOL_RESPONSE);
    answer("denied", request -> error(ToolError.Code.CODE_ACCESS_DENIED), Codecs.TOOL_RESPONSE);
    answer("missing", request -> error(ToolError.Code.CODE_NOT_FOUND), Codecs.TOOL_RESPONSE);
    answer("picky", request -> error(ToolError.Code.CODE_INVALID_INPUT), Codecs.TOOL_RESPONSE);
    answer(
        "slow",
        request -> {
          never.await();
          return error(ToolError.Code.CODE_TIMEOUT);
        },
        Codecs.TOOL_RESPONSE);
    answer(
        "crashing",
        request -> {
          throw new IllegalStateException("a fault of the tool");
        },
        Codecs.TOOL_RESPONSE);
    answer("no-json", request -> "this is no JSON", new Words());
    answer(
        "refusing",
        request -> {
          throw new Refused(403, "as any micro service says it");
        },
        Codecs.TOOL_RESPONSE);
  }

  private static Map<String, String> codes() {
    var codes = new LinkedHashMap<String, String>();
    codes.put("denied", "AccessDenied");
    codes.put("missing", "NotFound");
    codes.put("picky", "InvalidInput");
    codes.put("slow", "Timeout");
    codes.put("crashing", "SystemError");
    codes.put("no-json", "SystemError");
    codes.put("nobody", "SystemError");
    codes.put("refusing", "AccessDenied");
    return codes;
  }

  /** How often one was called. */
  int calls() {
    return calls.get();
  }

  void close() throws InterruptedException {
    never.countDown();
    for (Component component : components.reversed()) {
      component.drain(Duration.ofSeconds(1));
      component.close();
    }
  }

  private static ToolResponse error(ToolError.Code code) {
    return ToolResponse.newBuilder()
        .setError(ToolError.newBuilder().setCode(code).setMessage("because"))
        .build();
  }

  private <A> void answer(String name, RequestHandler<ToolRequest, A> handler, Codec<A> codec)
      throws Exception {
    add(
        messaging.responder(
            ResponderSpec.of(
                "tool-" + name, "a tool", "tool_" + name, Subjects.TOOLS_EXECUTE.with(name)),
            Codecs.TOOL_REQUEST,
            request -> {
              calls.incrementAndGet();
              return handler.answer(request);
            },
            codec));
  }

  private void add(Component component) throws Exception {
    component.start();
    components.add(component);
  }

  /** Sends plain words and says that they are JSON. */
  private static final class Words implements Codec<String> {
    @Override
    public String messageType() {
      return "words";
    }

    @Override
    public String contentType() {
      return ProtobufCodec.JSON;
    }

    @Override
    public ByteString encode(String message) {
      return ByteString.copyFromUtf8(message);
    }

    @Override
    public String decode(ByteString bytes, String contentType) {
      throw new InvalidMessageException("only sent");
    }
  }
}
