package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.localstack.HostEnvironment;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir ask}, with the scripted model as the gateway: both speak OpenAI's API. */
class AskCommandIT {
  private record Ran(int exit, String out, String err) {}

  @TempDir Path folder;
  private ScriptedLlm gateway;

  @BeforeEach
  void start() {
    gateway = ScriptedLlm.start().byDefault(new Mood.Answer("At \u001b[31m7:40."));
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Ran weir(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exit =
        Weir.commandLine(
                new HostEnvironment(
                    Map.of(
                        "WEIR_HOME",
                        folder.toString(),
                        "LLM_BASE_URL",
                        gateway.baseUrl(),
                        "WEIR_API_KEY",
                        "a-key")))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  private JsonNode asked() {
    return gateway.requests("/v1/chat/completions").getLast().body();
  }

  @Test
  void theAnswerAloneGoesToStandardOutput() throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "The ferry leaves at 7:40.");
    Ran ran =
        weir(
            "ask",
            "When?",
            "--file",
            file.toString(),
            "--system",
            "Be brief.",
            "--max-tokens",
            "9");
    assertEquals(0, ran.exit(), ran::toString);
    assertEquals("At [31m7:40.", ran.out().strip(), "without what would steer the terminal");
    assertTrue(ran.err().contains("tokens in"), ran::toString);
    assertEquals("auto", asked().path("model").asText());
    assertEquals("Be brief.", asked().path("messages").path(0).path("content").asText());
    assertEquals(
        "The ferry leaves at 7:40.\n\nWhen?",
        asked().path("messages").path(1).path("content").asText());
    assertEquals(9, asked().path("max_completion_tokens").asInt());
    assertEquals(
        "Bearer a-key",
        gateway.requests("/v1/chat/completions").getLast().header("Authorization").orElse(""));
  }

  @Test
  void aStreamIsPrintedAndCounted() {
    Ran ran = weir("ask", "When?", "--stream", "--model", "m");
    assertEquals(0, ran.exit(), ran::toString);
    assertEquals("At [31m7:40.", ran.out().strip());
    assertTrue(ran.err().contains("(m, "), ran::toString);
    assertTrue(asked().path("stream_options").path("include_usage").asBoolean());
  }

  @Test
  void theWholeAnswerIsThereAsJson() throws Exception {
    Ran ran = weir("ask", "When?", "--json");
    assertEquals("chat.completion", new ObjectMapper().readTree(ran.out()).path("object").asText());
  }

  @Test
  void whatFailsSaysWhyAndWithExitCodeOne() {
    gateway.enqueue(new Mood.RateLimited(Duration.ofSeconds(3)));
    Ran limited = weir("ask", "When?");
    assertEquals(1, limited.exit(), limited::toString);
    assertTrue(limited.err().contains("429"), limited::toString);

    gateway.enqueue(new Mood.Failure(400, "no such model"));
    Ran refused = weir("ask", "When?", "--stream");
    assertEquals(1, refused.exit(), refused::toString);
    assertTrue(refused.err().contains("no such model"), refused::toString);

    gateway.enqueue(new Mood.BrokenStream(3, "Good morning to all of you."));
    Ran broken = weir("ask", "When?", "--stream");
    assertEquals(1, broken.exit(), broken::toString);
    assertFalse(broken.err().contains("tokens in"), broken::toString);
  }

  @Test
  void wrongArgumentsAreRefusedBeforeAnybodyIsAsked() {
    assertEquals(2, weir("ask").exit());
    assertEquals(2, weir("ask", " ").exit());
    assertEquals(2, weir("ask", "When?", "--max-tokens", "0").exit());
    assertEquals(2, weir("ask", "When?", "--stream", "--json").exit());
    assertTrue(gateway.requests().isEmpty());
  }
}
