package io.weir.e2e;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.weir.localstack.LocalStack;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.KeyText;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.ForgedTokens;
import io.weir.testsupport.TokenIssuer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;

/** All four services with {@code HTTP_AUTH=keys,jwt}, and the keys and tokens of some people. */
final class KeyedPlatform implements AutoCloseable {
  private static final int OFTEN = 100_000;
  private static final Set<Scope> ALL_BUT_OTHERS = EnumSet.complementOf(EnumSet.of(Scope.ANY_USER));
  private static final Set<Scope> OF_A_USER =
      EnumSet.complementOf(EnumSet.of(Scope.ANY_USER, Scope.OPERATE));

  private static final List<String> WORTHLESS_TOKENS =
      List.of(
          "alg none",
          "HS256 with the public key",
          "another's key under the name of ours",
          "the key in the header (jwk)",
          "an edited payload",
          "another audience",
          "expired",
          "no end");

  private static final List<String> COLLECTIONS =
      List.of("jobs", "breadcrumbs", "context_packs", "enrich_requests");

  final String ada;
  final String bob;
  final String operator;
  final String adaToken;
  final String bobToken;
  private final List<String> worthless;
  private final TokenIssuer issuer = TokenIssuer.start();
  private final MongoWireServer server;
  private final Mongo mongo;
  private final LocalStack stack;
  private final Connection nats;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What is asked; an empty body for none. */
  record Request(String path, String body) {
    static Request of(String path) {
      return new Request(path, "");
    }
  }

  /** What came back. */
  record Answer(int status, String body) {}

  static KeyedPlatform start(Path home) throws Exception {
    return new KeyedPlatform(home);
  }

  private KeyedPlatform(Path home) throws Exception {
    server = MongoWireServer.inMemory();
    mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 10, Duration.ofSeconds(10)), Clock.systemUTC());
    mongo.start();
    var keys = new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC());
    ada = key(keys, "ada", ALL_BUT_OTHERS, Optional.empty());
    bob = key(keys, "bob", OF_A_USER, Optional.empty());
    operator = key(keys, "operator", EnumSet.allOf(Scope.class), Optional.empty());
    String revoked = key(keys, "ada", ALL_BUT_OTHERS, Optional.empty());
    keys.revoke(KeyText.idIn(revoked).orElseThrow());
    String expired =
        key(keys, "ada", ALL_BUT_OTHERS, Optional.of(Instant.now().minus(Duration.ofMinutes(1))));
    String forged = ada.substring(0, 17) + revoked.substring(17);
    String unknown = KeyText.make(new SecureRandom()).text().reveal();
    adaToken = issuer.token("ada", scope(ALL_BUT_OTHERS));
    bobToken = issuer.token("bob", scope(OF_A_USER));
    var users = new Users(mongo, Plan.LITE);
    for (String user : List.of("ada", "bob")) { // a token has no rate of its own
      users.put(new User(user, Plan.UNLIMITED, Optional.empty()));
    }
    worthless = new ArrayList<>(List.of(revoked, expired, forged, unknown));
    Map<String, String> tokens =
        ForgedTokens.of(
            issuer, issuer.claims().claim("scope", scope(EnumSet.allOf(Scope.class))).build());
    for (String wrong : WORTHLESS_TOKENS) {
      worthless.add(Optional.ofNullable(tokens.get(wrong)).orElseThrow());
    }
    stack =
        LocalStack.start(
            StackConfig.forTest(Checkout.root(), home)
                .with("MONGODB_URI", server.uri())
                .with("HTTP_AUTH", "keys,jwt")
                .with("JWT_JWKS_URL", issuer.keysUrl())
                .with("JWT_ISSUER", issuer.name())
                .with("JWT_AUDIENCE", TokenIssuer.AUDIENCE)
                .with("HTTP_AUTH_FAILURES_PER_MINUTE", String.valueOf(OFTEN))
                .with(
                    "LLM_API_KEY",
                    key(keys, "workers", EnumSet.of(Scope.CHAT, Scope.MODELS), Optional.empty()))
                .with(
                    "SEARCH_API_KEY",
                    key(
                        keys,
                        "enricher",
                        EnumSet.of(Scope.SEARCH, Scope.ANY_USER),
                        Optional.empty())),
            state -> {});
    nats = Nats.connect(stack.natsUrl());
  }

  /** Keys and tokens that were ada's or look like it, and open nothing. */
  List<String> worthless() {
    return List.copyOf(worthless);
  }

  /** Sends a request, with a key or token unless that is empty. */
  Answer ask(RouteSpec route, Request request, String key)
      throws IOException, InterruptedException {
    StackService service =
        Stream.of(StackService.values())
            .filter(one -> one.module().equals(route.service()))
            .findFirst()
            .orElseThrow();
    var asking =
        HttpRequest.newBuilder(stack.url(service).resolve(request.path()))
            .timeout(Duration.ofSeconds(70))
            .method(
                route.method().name(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    if (!key.isEmpty()) {
      asking.header("Authorization", "Bearer " + key);
    }
    HttpResponse<String> answer = http.send(asking.build(), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  /** All that the services have in MongoDB, and how far the streams have got. */
  String stored() throws Exception {
    var all = new ArrayList<String>();
    for (String collection : COLLECTIONS) {
      for (Document document :
          mongo.all(mongo.collection(collection).find().sort(new Document("_id", 1)))) {
        all.add(collection + " " + document.toJson());
      }
    }
    for (String stream : nats.jetStreamManagement().getStreamNames()) {
      all.add(
          stream
              + " "
              + nats.jetStreamManagement()
                  .getStreamInfo(stream)
                  .getStreamState()
                  .getLastSequence());
    }
    return String.join("\n", all);
  }

  private static String scope(Set<Scope> scopes) {
    return scopes.stream().map(Scope::text).collect(Collectors.joining(" "));
  }

  private static String key(
      ApiKeys keys, String user, Set<Scope> scopes, Optional<Instant> expiresAt)
      throws InterruptedException {
    return keys.create(new NewKey(user, "walk", scopes, OptionalInt.of(OFTEN), expiresAt))
        .text()
        .text()
        .reveal();
  }

  @Override
  public void close() throws InterruptedException {
    nats.close();
    stack.close();
    mongo.close();
    server.close();
    issuer.close();
    http.close();
  }
}
