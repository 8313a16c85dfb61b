package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.testsupport.Mood;
import io.weir.testsupport.SchemaSample;
import io.weir.testsupport.ScriptedLlm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over a hundred secrets go into every kind of input of every service, and are looked for in all
 * that the platform writes, shows and sends: docs/secrets.md says where which may be. Four sets,
 * each of all kinds: by HTTP (to be found nowhere), by message straight into a stream (its bytes
 * stay in JetStream as they came), in a chat (that goes to the model that it is meant for), and in
 * what the model answers to the workers (kept by the gateway as it came, else to be found nowhere).
 */
final class SecretsIT {
  private static final long SEED = 20261128;
  private static final List<PlantedSecret> BY_HTTP = PlantedSecret.make(new Random(SEED));
  private static final List<PlantedSecret> BY_MESSAGE = PlantedSecret.make(new Random(SEED + 1));
  private static final List<PlantedSecret> IN_CHAT = PlantedSecret.make(new Random(SEED + 2));
  private static final List<PlantedSecret> ANSWERED = PlantedSecret.make(new Random(SEED + 3));
  private static final PlantedSecret PASSWORD = BY_HTTP.get(BY_HTTP.size() - 5);
  private static final PlantedSecret KEY = BY_HTTP.getFirst();
  private static final AtomicInteger answered = new AtomicInteger();

  @TempDir static Path home;
  private static ScriptedLlm model;
  private static LocalStack stack;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedLlm.start().offering("scripted-large");
    model.answering(SecretsIT::answer);
    stack =
        LocalStack.start(
            StackConfig.forTest(Checkout.root(), home)
                .with("OPENAI_BASE_URL", model.baseUrl())
                .with("OPENAI_API_KEY", "sk-provider-key-of-this-test")
                .with("LOG_LEVEL", "DEBUG"),
            state -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
    model.close();
  }

  @Test
  void noSecretOfAnyInputIsFoundWhereItHasNoBusiness() throws Exception {
    assertTrue(BY_HTTP.size() >= 100, "the issue asks for a hundred");
    var inputs = new SecretInputs(stack, BY_HTTP);
    inputs.byHttp();
    SecretMessages.publish(stack.natsUrl(), BY_MESSAGE);
    inputs.inAChat(IN_CHAT);
    assertTrue(answered.get() > 20, () -> "the model gave away no more than " + answered);

    var all = new Needles(together(BY_HTTP, BY_MESSAGE, IN_CHAT, ANSWERED));
    var kept = new Needles(together(BY_HTTP, BY_MESSAGE, IN_CHAT));
    var places = new SecretPlaces();
    places.inPages(stack, inputs, all, kept);
    places.in("answers", inputs.answers(), all);
    places.in(
        "model requests",
        model.requests().toString(),
        new Needles(together(BY_HTTP, BY_MESSAGE, ANSWERED)));
    places.inDeadLetters(stack.natsUrl(), all);
    stack.close();
    places.inFiles(home, all, kept, new Needles(together(BY_HTTP, ANSWERED)));
    assertEquals("", places.hits());
  }

  @Test
  void settingsThatEndTheStartShowNoSecret() throws Exception {
    for (StackService service : StackService.values()) {
      showsNone(
          service,
          78,
          Map.of(
              "NATS_URL", "nats://app:" + PASSWORD.value() + "@host:no-port",
              "MONGODB_URI", "mongo://app:" + PASSWORD.value() + "@host/",
              // Nothing tells of a mere word that it is one; a key tells it itself.
              "HTTP_PORT", KEY.value()));
    }
  }

  /** Where a start ends one mask stands behind the other; here each is alone. */
  @Test
  void neitherTheListOfSettingsNorAWrongArgumentShowsASecret() throws Exception {
    var settings =
        Map.of(
            "NATS_URL",
            "nats://app:" + PASSWORD.value() + "@host:4222",
            "MONGODB_URI",
            "mongodb://app:" + PASSWORD.value() + "@host/",
            "OPENAI_API_KEY",
            PASSWORD.value(),
            "LOG_DIR",
            KEY.value());
    showsNone(StackService.LLM_GATEWAY, 0, settings, "--print-config");
    showsNone(StackService.LLM_GATEWAY, 64, Map.of(), "--token=" + KEY.value());
  }

  private static void showsNone(
      StackService service, int exitCode, Map<String, String> settings, String... arguments)
      throws Exception {
    Path app = Checkout.root().resolve(service.module()).resolve("target/app");
    Path jar;
    try (Stream<Path> files = Files.list(app)) {
      jar = files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(), "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(Files.createTempDirectory(home, "start").toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(settings);
    Process process = builder.start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(exitCode, process.waitFor(), shown);
    assertEquals(Set.of(), new Needles(List.of(PASSWORD, KEY)).in(shown), shown);
  }

  /** Fits the schema and gives a secret away in each text, as a model does that knows some. */
  private static Mood answer(JsonNode request) {
    JsonNode schema = request.at("/response_format/json_schema/schema");
    return new Mood.Answer(
        schema.isObject() ? telling("", SchemaSample.of(schema)).toString() : "It is done.");
  }

  private static JsonNode telling(String name, JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode copy = object.objectNode();
        object.properties().forEach(f -> copy.set(f.getKey(), telling(f.getKey(), f.getValue())));
        yield copy;
      }
      case ArrayNode array -> {
        ArrayNode copy = array.arrayNode();
        array.forEach(item -> copy.add(telling(name, item)));
        yield copy;
      }
      case TextNode _ when name.equals("existing_code") ->
          TextNode.valueOf(SecretInputs.CODE.strip());
      case TextNode text when text.textValue().startsWith("scripted") ->
          TextNode.valueOf(
              ANSWERED.get(answered.getAndIncrement() % ANSWERED.size()).written()
                  + " is what it wants");
      default -> value;
    };
  }

  @SafeVarargs
  private static List<PlantedSecret> together(List<PlantedSecret>... sets) {
    var all = new ArrayList<PlantedSecret>();
    for (List<PlantedSecret> set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
