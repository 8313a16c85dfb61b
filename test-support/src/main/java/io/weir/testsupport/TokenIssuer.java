package io.weir.testsupport;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * An identity provider: signs tokens, publishes its keys by HTTP on this machine, and has moods.
 * Its first key is RSA, the second EC. Thread-safe.
 */
public final class TokenIssuer implements AutoCloseable {
  /** For whom its tokens are, unless a test says otherwise. */
  public static final String AUDIENCE = "weir-test";

  private static final int LASTS = 3600;
  private static final byte[] CHUNK = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger readings = new AtomicInteger();
  private final AtomicInteger strayRequests = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private volatile List<JWK> keys;
  private volatile Mood mood = Mood.WELL;

  /** How it answers those who ask for its keys. */
  public enum Mood {
    WELL,
    /** With status 500. */
    BROKEN,
    /** With a page for people. */
    GARBAGE,
    /** With no end. */
    HUGE,
    /** With the right keys, under another address. */
    REDIRECTING,
    /** Not at all; the connection stays open. */
    SILENT,
    /** With a byte now and then. */
    DRIPPING
  }

  private TokenIssuer() throws IOException {
    keys = fresh();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::stray);
    server.createContext("/jwks", this::publish);
    server.createContext("/moved", exchange -> send(exchange, 200, published()));
    server.start();
  }

  public static TokenIssuer start() {
    try {
      return new TokenIssuer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its name: the {@code iss} of its tokens. */
  public String name() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where it publishes its keys. */
  public String keysUrl() {
    return name() + "/jwks";
  }

  public void mood(Mood next) {
    mood = next;
  }

  /** How often its keys were asked for. */
  public int readings() {
    return readings.get();
  }

  /** How often anything else was. */
  public int strayRequests() {
    return strayRequests.get();
  }

  /** Takes its keys back and publishes others, under new names. */
  public void rotate() {
    keys = fresh();
  }

  /** Its keys with their private parts: RSA first, then EC. */
  public List<JWK> keys() {
    return keys;
  }

  /** What it publishes. */
  public String published() {
    return new JWKSet(keys).toString(true);
  }

  /** A good token of {@code user}, for an hour. */
  public String token(String user, String scope) {
    return token(claims -> claims.subject(user).claim("scope", scope));
  }

  /** A token whose good claims were changed. */
  public String token(UnaryOperator<JWTClaimsSet.Builder> changed) {
    JWK key = keys.getFirst();
    return sign(header(JWSAlgorithm.RS256, key).build(), key, changed.apply(claims()).build());
  }

  /** Good claims of ada, for an hour, with the scope to read jobs. */
  public JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(name())
        .audience(AUDIENCE)
        .subject("ada")
        .claim("scope", "openid jobs:read")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(LASTS)));
  }

  /** The header of a token that {@code key} signs. */
  public static JWSHeader.Builder header(JWSAlgorithm algorithm, JWK key) {
    return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID());
  }

  /** A token with this header and these claims, signed by {@code key}, whatever that is worth. */
  public static String sign(JWSHeader header, JWK key, JWTClaimsSet claims) {
    try {
      JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm());
      var token = new SignedJWT(header, claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalArgumentException("this key does not sign with this algorithm", e);
    }
  }

  /** An RSA key that nobody publishes. */
  public static RSAKey foreignKey(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<JWK> fresh() {
    int number = generation.incrementAndGet();
    try {
      return List.of(
          foreignKey("rsa-" + number),
          new ECKeyGenerator(Curve.P_256)
              .keyID("ec-" + number)
              .keyUse(KeyUse.SIGNATURE)
              .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void stray(HttpExchange exchange) throws IOException {
    strayRequests.incrementAndGet();
    send(exchange, 404, "");
  }

  private void publish(HttpExchange exchange) throws IOException {
    readings.incrementAndGet();
    switch (mood) {
      case WELL -> send(exchange, 200, published());
      case BROKEN -> send(exchange, 500, "{\"keys\": []}");
      case GARBAGE -> send(exchange, 200, "<html>Please sign in</html>");
      case REDIRECTING -> {
        exchange.getResponseHeaders().add("Location", name() + "/moved");
        send(exchange, 302, "");
      }
      case HUGE -> stream(exchange, CHUNK, 0);
      case DRIPPING -> stream(exchange, new byte[] {' '}, 20);
      case SILENT -> await(60_000);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  /** Until the client has enough; then writing fails. */
  private void stream(HttpExchange exchange, byte[] piece, int pauseMillis) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(200, 0);
      while (!await(pauseMillis)) {
        exchange.getResponseBody().write(piece);
        exchange.getResponseBody().flush();
      }
    }
  }

  private boolean await(int millis) {
    try {
      return closing.await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
