package io.weir.benchmarks.gateway;

import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackPorts;
import io.weir.localstack.StackService;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The gateway as it is run for others: it asks for keys, and counts and charges each call. */
final class WeirGateway implements AutoCloseable {
  private static final String USER = "bench";

  /** Tokens, and requests. */
  private static final long MONTH = 1_000_000_000_000L;

  private static final Duration READY_WITHIN = Duration.ofMinutes(2);

  private final LocalStack stack;
  private final String key;

  private WeirGateway(LocalStack stack, String key) {
    this.stack = stack;
    this.key = key;
  }

  static WeirGateway start(Path root, Path folder, int plain, int streamed) throws Exception {
    Files.createDirectories(folder);
    Path providers = folder.resolve("providers.yaml");
    Files.writeString(providers, providers(plain, streamed));
    LocalStack stack =
        LocalStack.start(
            new StackConfig(
                    root,
                    folder,
                    StackPorts.free(),
                    Map.of(),
                    Set.of(StackService.LLM_GATEWAY),
                    READY_WITHIN)
                .with("WEIR_PROVIDERS", providers.toString())
                .with("HTTP_AUTH", "keys")
                .with("HTTP_MAX_CONCURRENT", "2000")
                .with("LOG_LEVEL", "WARN"),
            state -> {});
    try {
      return new WeirGateway(stack, key(stack.mongodbUri()));
    } catch (Exception e) {
      stack.close();
      throw e;
    }
  }

  private static String providers(int plain, int streamed) {
    return """
    providers:
      - name: plain
        kind: openai-compatible
        base_url: http://127.0.0.1:%d/v1
        models: [%s]
      - name: streamed
        kind: openai-compatible
        base_url: http://127.0.0.1:%d/v1
        models: [%s]
    """
        .formatted(plain, Chats.PLAIN_MODEL, streamed, Chats.STREAM_MODEL);
  }

  private static String key(String mongodb) throws InterruptedException {
    var mongo =
        new Mongo(new MongoSettings(mongodb, "weir", 2, Duration.ofMinutes(1)), Clock.systemUTC());
    mongo.start();
    try {
      // A month that is counted and held to like any other, and not used up by some minutes of
      // load.
      new Users(mongo, Plan.LITE)
          .put(new User(USER, Plan.BUSINESS, Optional.of(new Quota(MONTH, MONTH))));
      return new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC())
          .create(
              new NewKey(
                  USER,
                  "bench",
                  EnumSet.of(Scope.CHAT),
                  OptionalInt.of(NewKey.MOST_PER_MINUTE),
                  Optional.empty()))
          .text()
          .text()
          .reveal();
    } finally {
      mongo.close();
    }
  }

  URI uri(String path) {
    return stack.url(StackService.LLM_GATEWAY).resolve(path);
  }

  String key() {
    return key;
  }

  long pid() {
    return stack.process(StackService.LLM_GATEWAY).pid();
  }

  /** As it runs on one machine. */
  int heapLimitMebibytes() {
    return StackService.LLM_GATEWAY.heapMebibytes();
  }

  @Override
  public void close() {
    stack.close();
  }
}
