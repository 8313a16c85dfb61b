package io.weir.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.cli.check.ChatCheck;
import io.weir.cli.check.Verdict;
import io.weir.cli.remote.ServiceApi;

/**
 * Asks the gateway a question whose answer stands in the text that goes along, so that no model can
 * know it and none is needed.
 */
final class ChatStep implements Step {

  private static final String TEXT =
      "The depot in Hambleden keeps the spare pumps. The night shift begins at 21:40. Releases of the lock"
          + " control software are signed by Marta Kowalczyk. The gates are greased every second Tuesday.";
  private static final String QUESTION = "Who signs releases of the lock control software?";
  private static final String FACT = "Kowalczyk";

  private final ServiceApi gateway;
  private final Paper paper;

  ChatStep(ServiceApi gateway, Paper paper) {
    this.gateway = gateway;
    this.paper = paper;
  }

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public Verdict run() throws InterruptedException {
    paper.heading("Chat: a question to the gateway about a text that goes along");
    paper.line("Q: " + QUESTION);
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("model", "auto");
    var messages = request.putArray("messages");
    messages
        .addObject()
        .put("role", "system")
        .put("content", "Answer in one sentence, from the text that the user gives.");
    messages.addObject().put("role", "user").put("content", TEXT + "\n\n" + QUESTION);
    JsonNode completion = gateway.post("/v1/chat/completions", request).json();
    paper.line("A: " + ChatCheck.text(completion).strip());
    paper.line(
        "model %s, %d tokens"
            .formatted(
                completion.path("model").asText("(not named)"),
                completion.path("usage").path("total_tokens").asLong()));
    return ChatCheck.of(FACT, completion);
  }
}
