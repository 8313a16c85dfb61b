package io.weir.e2e;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What a user of openai-java does, and what it makes of the answers. */
final class JavaClient {
  private JavaClient() {}

  /** What the model is asked to fill in. */
  static final class Ferry {
    public String port = "";
    public int minutes;
    public List<String> via = List.of();

    @Override
    public String toString() {
      return port + " " + minutes + " " + via;
    }
  }

  /** All cases; what was made of each, as text, by its name. */
  static Map<String, String> cases(String baseUrl, String model) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(baseUrl).apiKey("sk-nobody").maxRetries(2).build();
    try {
      Map<String, String> seen = new LinkedHashMap<>();
      seen.put("chat", seen(() -> chat(client, model, "greet me")));
      seen.put("stream", seen(() -> stream(client, model, "greet me", false)));
      seen.put("stream: with usage", seen(() -> stream(client, model, "greet me", true)));
      seen.put("stream: long text", seen(() -> stream(client, model, "long text", false)));
      seen.put("tools", seen(() -> tools(client, model)));
      seen.put("structured output", seen(() -> structured(client, model)));
      seen.put("embeddings", seen(() -> embeddings(client)));
      seen.put("models: one", seen(() -> client.models().retrieve(model).id()));
      seen.put(
          "models: the list has it",
          seen(() -> client.models().list().items().stream().anyMatch(m -> m.id().equals(model))));
      seen.put("error: 400", seen(() -> chat(client, model, "fail 400")));
      seen.put("error: 422", seen(() -> chat(client, model, "fail 422")));
      seen.put("retry: 500, then an answer", seen(() -> chat(client, model, "failing once")));
      seen.put("retry: 429, then an answer", seen(() -> chat(client, model, "limited once")));
      return seen;
    } finally {
      client.close();
    }
  }

  private static String seen(Callable<Object> call) {
    try {
      return String.valueOf(call.call());
    } catch (OpenAIServiceException e) {
      return "%s %d %s %s"
          .formatted(e.getClass().getSimpleName(), e.statusCode(), e.type(), e.code());
    } catch (Exception e) {
      return "thrown: " + e;
    }
  }

  private static ChatCompletionCreateParams.Builder asking(String model, String prompt) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(prompt);
  }

  private static String chat(OpenAIClient client, String model, String prompt) {
    return told(client.chat().completions().create(asking(model, prompt).build()));
  }

  private static String stream(OpenAIClient client, String model, String prompt, boolean usage) {
    var params = asking(model, prompt);
    if (usage) {
      params.streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    }
    var whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> chunks =
        client.chat().completions().createStreaming(params.build())) {
      chunks.stream().forEach(whole::accumulate);
    }
    return told(whole.chatCompletion());
  }

  private static String tools(OpenAIClient client, String model) {
    var place =
        FunctionParameters.builder()
            .putAdditionalProperty("type", JsonValue.from("object"))
            .putAdditionalProperty(
                "properties", JsonValue.from(Map.of("place", Map.of("type", "string"))))
            .build();
    var weather =
        FunctionDefinition.builder().name("weather").parameters(place).strict(false).build();
    return told(
        client
            .chat()
            .completions()
            .create(asking(model, "use tools").addFunctionTool(weather).build()));
  }

  private static String structured(OpenAIClient client, String model) {
    return client
        .chat()
        .completions()
        .create(asking(model, "structured").responseFormat(Ferry.class).build())
        .choices()
        .getFirst()
        .message()
        .content()
        .orElseThrow()
        .toString();
  }

  private static String embeddings(OpenAIClient client) {
    return client
        .embeddings()
        .create(
            EmbeddingCreateParams.builder()
                .model("scripted-embedding")
                .inputOfArrayOfStrings(List.of("a ferry", "a lock"))
                .dimensions(8)
                .build())
        .data()
        .stream()
        .map(one -> one.index() + " " + one.embedding())
        .toList()
        .toString();
  }

  private static String told(ChatCompletion answer) {
    var choice = answer.choices().getFirst();
    var message = choice.message();
    List<String> calls =
        message.toolCalls().stream()
            .flatMap(List::stream)
            .map(call -> call.asFunction())
            .map(call -> call.id() + " " + call.function().name() + call.function().arguments())
            .toList();
    String usage =
        answer
            .usage()
            .map(used -> used.promptTokens() + "+" + used.completionTokens())
            .orElse("not told");
    return "%s %s %s %s %s %s"
        .formatted(
            answer.model(),
            choice.finishReason(),
            message.content(),
            message.refusal(),
            calls,
            usage);
  }
}
