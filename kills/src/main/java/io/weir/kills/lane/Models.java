package io.weir.kills.lane;

import com.sun.net.httpserver.HttpServer;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A model that always answers well and is paid each time, and a search that finds one passage. */
public final class Models implements AutoCloseable {
  /** Tokens that each answer costs. */
  public static final int TOKENS = 220;

  private static final String REVIEW =
      "{\"summary\": \"Fine.\", \"content\": \"Nothing.\", \"findings\": []}";
  private static final String ENRICHMENT =
      """
      {"market_trends": [{"text": "Trail running grows.", "cites": []},
                         {"text": "Second-hand shoes.", "cites": []},
                         {"text": "Local races.", "cites": []}],
       "seasonal_context": {"text": "Winter mud.", "cites": []},
       "cultural_notes": [{"text": "Formal address.", "cites": ["locale.language"]}],
       "color_preferences": [{"text": "brown", "cites": []}, {"text": "green", "cites": []},
                             {"text": "orange", "cites": []}],
       "messaging_tone": "plain and warm",
       "visual_style": {"text": "Mud on skin.", "cites": []},
       "competitor_insights": [{"text": "A sponsors races.", "cites": []}, {"text": "B sells lugs.", "cites": []}],
       "regulatory_notes": [{"text": "Price claims need a basis.", "cites": []}],
       "dos": ["Show real mud."],
       "donts": ["Promise injuries away."]}
      """;
  private static final String PASSAGE =
      """
      {"results": [{"id": "doc-1", "version": 3, "title": "Trail guide", "score": 2.5, "context": {
        "content": "Trail running shoes need deep lugs for mud."}}]}
      """;

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final HttpServer search;

  Models() throws IOException {
    llm.answering(
        request ->
            new Mood.Answer(
                request.toString().contains("market_trends") ? ENRICHMENT : REVIEW,
                "stop",
                new Mood.Usage(TOKENS - 20, 20)));
    search = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    search.createContext(
        "/",
        exchange -> {
          var _ = exchange.getRequestBody().readAllBytes();
          byte[] found = PASSAGE.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, found.length);
          exchange.getResponseBody().write(found);
          exchange.close();
        });
    search.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    search.start();
  }

  /** How often the model was paid for a request that has this word in it. */
  public int paidFor(String word) {
    return (int)
        llm.requests("/v1/chat/completions").stream()
            .filter(request -> request.body().toString().contains(word))
            .count();
  }

  String llmUrl() {
    return llm.baseUrl();
  }

  int searchPort() {
    return search.getAddress().getPort();
  }

  @Override
  public void close() {
    search.stop(0);
    llm.close();
  }
}
