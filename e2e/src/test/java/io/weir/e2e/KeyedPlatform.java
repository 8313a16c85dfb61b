package io.weir.e2e;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamState;
import io.weir.localstack.LocalStack;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.KeyText;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import io.weir.testsupport.ForgedTokens;
import io.weir.testsupport.TestNats;
import io.weir.testsupport.TokenIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;

/** All four services with {@code HTTP_AUTH=keys,jwt}, and the keys and tokens of some people. */
final class KeyedPlatform implements AutoCloseable {
  /** JetStream's code for a sequence that has none. */
  private static final int NO_MESSAGE = 10037;

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
    return start(home, Map.of());
  }

  /** The same with further settings of the services. */
  static KeyedPlatform start(Path home, Map<String, String> settings) throws Exception {
    return new KeyedPlatform(home, settings);
  }

  private KeyedPlatform(Path home, Map<String, String> settings) throws Exception {
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
    StackConfig config =
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
                key(keys, "enricher", EnumSet.of(Scope.SEARCH, Scope.ANY_USER), Optional.empty()));
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      config = config.with(setting.getKey(), setting.getValue());
    }
    stack = LocalStack.start(config, state -> {});
    nats = TestNats.connect(stack.natsUrl());
  }

  /** Keys and tokens that were ada's or look like it, and open nothing. */
  List<String> worthless() {
    return List.copyOf(worthless);
  }

  /** Where the service of that module is. */
  URI url(String module) {
    return stack.url(
        Stream.of(StackService.values())
            .filter(one -> one.module().equals(module))
            .findFirst()
            .orElseThrow());
  }

  /** Everything in MongoDB and in the streams, a line a document or message. */
  void everything(Consumer<String> line) throws Exception {
    try (MongoClient client = MongoClients.create(server.uri())) {
      var database = client.getDatabase("weir");
      for (String collection : mongo.all(database.listCollectionNames())) {
        mongo
            .all(database.getCollection(collection).find())
            .forEach(document -> line.accept(collection + " " + document.toJson()));
      }
    }
    JetStreamManagement streams = nats.jetStreamManagement();
    for (String stream : streams.getStreamNames()) {
      StreamState state = streams.getStreamInfo(stream).getStreamState();
      for (long at = state.getFirstSequence(); at > 0 && at <= state.getLastSequence(); at++) {
        line.accept(stream + " " + message(streams, stream, at));
      }
    }
  }

  /** Empty for one that is gone. */
  private static String message(JetStreamManagement streams, String stream, long sequence)
      throws IOException, JetStreamApiException {
    try {
      MessageInfo message = streams.getMessage(stream, sequence);
      byte[] data = message.getData() == null ? new byte[0] : message.getData();
      String headers =
          message.getHeaders() == null
              ? ""
              : new String(message.getHeaders().getSerialized(), StandardCharsets.UTF_8);
      return message.getSubject() + headers + new String(data, StandardCharsets.UTF_8);
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == NO_MESSAGE) {
        return "";
      }
      throw e;
    }
  }

  /** Sends a request, with a key or token unless that is empty. */
  Answer ask(RouteSpec route, Request request, String key)
      throws IOException, InterruptedException {
    var asking =
        HttpRequest.newBuilder(url(route.service()).resolve(request.path()))
            .timeout(Duration.ofSeconds(70))
            .method(
                route.method().name(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    if (!key.isEmpty()) {
      asking.header("Authorization", "Bearer " + key);
    }
    if (route.equals(Routes.JOBS_SOCKET)) {
      return socket(url(route.service()).resolve(request.path()), key);
    }
    HttpResponse<InputStream> answer = http.send(asking.build(), BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      // A stream of events that nothing ends is read as far as its beginning.
      byte[] bytes =
          route.equals(Routes.BREADCRUMBS_EVENTS) && answer.statusCode() == 200
              ? body.readNBytes(4)
              : body.readAllBytes();
      return new Answer(answer.statusCode(), new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** 101 for a request that became a socket. */
  private Answer socket(URI url, String key) throws IOException {
    URI uri = URI.create(url.toString().replaceFirst("^http", "ws"));
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (!key.isEmpty()) {
      builder.header("Authorization", "Bearer " + key);
    }
    try {
      builder.buildAsync(uri, new WebSocket.Listener() {}).join().abort();
      return new Answer(101, "");
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        return new Answer(refused.getResponse().statusCode(), "");
      }
      throw new IOException(e.getCause());
    }
  }

  /** Changes a document, as a service might have. */
  void set(String collection, String id, String field, String value) throws InterruptedException {
    var _ =
        mongo.first(
            mongo
                .collection(collection)
                .updateOne(
                    new Document("_id", id), new Document("$set", new Document(field, value))));
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
