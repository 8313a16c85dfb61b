package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.testsupport.ScriptedLlm;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real clients get through the gateway what they get from the model's own endpoint: each case is
 * played against both, and what the client made of the answers must be the same.
 */
final class ClientsIT {
  private static final String MODEL = "scripted-large";

  /**
   * The only difference: a provider that closes its connection in the middle of a stream looks to
   * this client like one that has ended it; the gateway says that it broke.
   */
  private static final String BROKEN = "stream: provider breaks off";

  @TempDir static Path home;
  private static ScriptedLlm model;
  private static LocalStack stack;
  private static NodeClients clients;

  @BeforeAll
  static void start() throws Exception {
    clients = new NodeClients(home);
    assertTrue(
        clients.installed(), "no clients: ./weir test installs them (npm ci in e2e/clients)");
    model = ScriptedLlm.start().answering(new ClientScript());
    stack =
        LocalStack.start(
            StackConfig.forTest(Checkout.root(), home.resolve("weir"))
                .withServices(Set.of(StackService.LLM_GATEWAY))
                .with("OPENAI_BASE_URL", model.baseUrl())
                .with("OPENAI_API_KEY", "sk-of-the-gateway"),
            state -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    if (stack != null) {
      stack.close();
    }
    if (model != null) {
      model.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-node", "langchain"})
  void aClientSeesTheSameThroughTheGatewayAsStraightFromTheModel(String client) throws Exception {
    Map<String, JsonNode> straight = clients.cases(client, model.baseUrl(), MODEL);
    Map<String, JsonNode> through = clients.cases(client, gateway(), MODEL);
    assertFalse(straight.isEmpty());
    assertTrue(through.get(BROKEN) == null || through.get(BROKEN).path("failed").asBoolean());
    Stream<Executable> comparisons =
        straight.keySet().stream()
            .filter(name -> !name.equals(BROKEN))
            .map(
                name ->
                    () ->
                        assertEquals(
                            text(straight.get(name)),
                            text(through.get(name)),
                            client + ", " + name));
    assertAll(client, comparisons);
    Stream<Executable> sound =
        straight.entrySet().stream()
            .map(one -> () -> assertFalse(one.getValue().has("thrown"), () -> one.toString()));
    assertAll("the endpoint by itself", sound);
  }

  @Test
  void theJavaClientSeesTheSameThroughTheGatewayAsStraightFromTheModel() {
    Map<String, String> straight = JavaClient.cases(model.baseUrl(), MODEL);
    assertFalse(straight.toString().contains("thrown"), straight::toString);
    assertEquals(straight, JavaClient.cases(gateway(), MODEL));
  }

  @Test
  void copilotWithAKeyOfItsOwnAnswersThroughTheGateway() throws Exception {
    String straight = clients.copilot("greet me", model.baseUrl(), MODEL);
    String through = clients.copilot("greet me", gateway(), MODEL);
    assertEquals(ClientScript.GREETING, straight.strip());
    assertEquals(straight, through);
  }

  private static String gateway() {
    return stack.url(StackService.LLM_GATEWAY).resolve("/v1").toString();
  }

  private static String text(@Nullable JsonNode result) {
    return result == null ? "no result" : result.toPrettyString();
  }
}
