package io.weir.cli.ask;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.check.ChatCheck;
import io.weir.cli.remote.CallException;
import io.weir.cli.remote.ServiceApi;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackException;
import io.weir.localstack.StackService;
import io.weir.messaging.runtime.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir ask}: asks a model and prints what it says. */
@Command(
    name = "ask",
    description = "Asks a model through the gateway and prints its answer.",
    footer = {
      "",
      "The answer goes to standard output; model, tokens and what is wrong go to standard error. The gateway is the one",
      "of ./weir up, unless --url or LLM_BASE_URL names another. One that asks for keys is shown WEIR_API_KEY.",
      "",
      "Examples:",
      "  weir ask \"What is a work queue?\" --stream",
      "  git diff | weir ask \"Write a commit message for this.\" -",
      "  weir ask --file notes.txt --model openai:gpt-5.4-mini \"Who signs the releases?\"",
      "",
      "Exit code 0 with an answer, 1 without one."
    },
    mixinStandardHelpOptions = true)
public final class AskCommand implements Callable<Integer> {
  private static final Duration TIME_OUT = Duration.ofMinutes(10);
  private static final String STDIN = "-";
  private static final String CHAT = "/v1/chat/completions";

  private final HostEnvironment host;
  private final Path home;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "QUESTION",
      description = "What to ask; - is what comes by standard input.")
  private List<String> words = List.of();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "A model, provider:model, or auto. Default: ${DEFAULT-VALUE}.")
  private String model = "auto";

  @Option(names = "--stream", description = "Print the answer while it is made.")
  private boolean stream;

  @Option(names = "--system", paramLabel = "TEXT", description = "How the model is to answer.")
  private @Nullable String system;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A text that goes along, before the question; may be given again.")
  private List<Path> files = List.of();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most tokens of the answer; the provider's default if not given.")
  private @Nullable Integer maxTokens;

  @Option(names = "--url", paramLabel = "URL", description = "The gateway's address.")
  private @Nullable URI url;

  @Option(names = "--json", description = "The whole answer as the API gives it.")
  private boolean json;

  /**
   * Knows where to look.
   *
   * @param home where a platform of this checkout keeps its data
   */
  public AskCommand(HostEnvironment host, Path home) {
    this.host = host;
    this.home = home;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (maxTokens != null && maxTokens < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-tokens wants 1 or more, but got " + maxTokens);
    }
    if (stream && json) {
      throw new ParameterException(spec.commandLine(), "--stream and --json exclude each other");
    }
    ObjectNode request = request();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build()) {
      var gateway =
          new ServiceApi(http, gateway(), host.get("WEIR_API_KEY").map(Secret::new), TIME_OUT);
      if (stream) {
        streamed(gateway, request, out, err);
      } else {
        whole(gateway, request, out, err);
      }
    }
    return 0;
  }

  private void whole(ServiceApi gateway, ObjectNode request, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    ServiceApi.Reply reply = gateway.post(CHAT, request);
    if (json) {
      out.println(reply.json().toPrettyString());
    } else {
      out.println(printable(ChatCheck.text(reply.json()).strip()));
      err.println(footnote(reply.json().path("model").asText(), reply.json().path("usage")));
    }
    out.flush();
  }

  private static void streamed(
      ServiceApi gateway, ObjectNode request, PrintWriter out, PrintWriter err)
      throws InterruptedException {
    request.put("stream", true).putObject("stream_options").put("include_usage", true);
    var answer =
        new StreamedAnswer(
            piece -> {
              out.print(printable(piece));
              out.flush();
            });
    gateway.stream(CHAT, request, answer::line);
    out.println();
    out.flush();
    if (!answer.whole()) {
      throw new CallException("the answer is not whole: " + answer.reason());
    }
    err.println(footnote(answer.model(), answer.usage()));
  }

  /** A model's words must not steer the terminal. */
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "");
  }

  private static String footnote(String model, JsonNode usage) {
    return "(%s, %d tokens in, %d out)"
        .formatted(
            model.isEmpty() ? "model not named" : model,
            usage.path("prompt_tokens").asLong(),
            usage.path("completion_tokens").asLong());
  }

  private ObjectNode request() {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("model", model);
    if (maxTokens != null) {
      request.put("max_completion_tokens", maxTokens);
    }
    var messages = request.putArray("messages");
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
    messages.addObject().put("role", "user").put("content", question());
    return request;
  }

  private String question() {
    var parts = new ArrayList<String>();
    try {
      for (Path file : files) {
        parts.add(Files.readString(file));
      }
      for (String word : words) {
        parts.add(
            word.equals(STDIN)
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : word);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String question = String.join("\n\n", parts).strip();
    if (question.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "the question is empty");
    }
    return question;
  }

  private URI gateway() {
    if (url != null) {
      return url;
    }
    return host.get("LLM_BASE_URL")
        .map(text -> URI.create(text.replaceFirst("/v1/?$", "")))
        .or(() -> LocalStack.running(home).flatMap(up -> up.url(StackService.LLM_GATEWAY)))
        .orElseThrow(
            () ->
                new StackException(
                    "No gateway to ask: nothing runs in %s. Start it: ./weir up, or name one: --url."
                        .formatted(home)));
  }
}
