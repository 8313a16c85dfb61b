package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import io.weir.platform.contract.Scope;
import io.weir.testsupport.ForgedTokens;
import io.weir.testsupport.Ticking;
import io.weir.testsupport.TokenIssuer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Tokens of an issuer that is asked for its keys by HTTP and has moods. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TokensIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static TokenIssuer issuer;

  @TempDir Path folder;
  private final Ticking clock = new Ticking(Instant.now());

  @BeforeAll
  static void start() {
    issuer = TokenIssuer.start();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @AfterEach
  void cheer() {
    issuer.mood(TokenIssuer.Mood.WELL);
  }

  private Tokens tokens(Duration timeout, Duration patience, Clock told) {
    TokenSettings.KeyTimes times = Samples.TIMES;
    return new Tokens(
        Samples.settings(
            issuer.name(),
            URI.create(issuer.keysUrl()),
            new TokenSettings.KeyTimes(times.fresh(), times.outage(), times.refetch(), timeout)),
        patience,
        told,
        IN_BACKGROUND);
  }

  private static final Executor IN_BACKGROUND = task -> Thread.ofVirtual().start(task);

  private Tokens tokens() {
    return tokens(Duration.ofSeconds(10), PATIENCE, clock);
  }

  private static TokenAnswer check(Tokens tokens, String token) throws InterruptedException {
    return tokens.check(token).orElseGet(() -> new TokenAnswer.Refused("of another kind"));
  }

  @Test
  void goodTokensAreTheirUsersWhicheverKeySignedThem() throws Exception {
    Tokens tokens = tokens();
    var ada = new TokenAnswer.Valid("ada", Set.of(Scope.JOBS_READ));
    assertEquals(ada, check(tokens, issuer.token("ada", "openid jobs:read")));
    var curve = issuer.keys().getLast();
    var header = TokenIssuer.header(JWSAlgorithm.ES256, curve).build();
    assertEquals(ada, check(tokens, TokenIssuer.sign(header, curve, issuer.claims().build())));
    var unnamed = TokenIssuer.header(JWSAlgorithm.ES256, curve).keyID(null).build();
    assertEquals(
        ada,
        check(tokens, TokenIssuer.sign(unnamed, curve, issuer.claims().build())),
        "one key fits, so it need not be named");
  }

  @Test
  void everyForgedTokenIsRefusedAndNothingThatItNamesIsAsked() throws Exception {
    Tokens tokens = tokens();
    int before = issuer.readings();
    Map<String, String> forged = ForgedTokens.of(issuer, issuer.claims().build());
    assertTrue(forged.size() > 45, () -> "there are " + forged.size());
    // The user is somebody else's to check: all but those open nothing.
    for (var one : forged.entrySet()) {
      if (one.getKey().equals("a user with a control character")
          || one.getKey().equals("a user too long")) {
        continue;
      }
      assertInstanceOf(
          TokenAnswer.Refused.class, check(tokens, one.getValue()), () -> "with " + one.getKey());
    }
    assertEquals(0, issuer.strayRequests());
    assertEquals(before + 1, issuer.readings(), "made-up keys are no reason to read them so often");
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, issuer.token("ada", "chat")));
  }

  @Test
  void nothingOfATokenIsLogged() throws Exception {
    var root = (Logger) LoggerFactory.getLogger("io.weir.platform");
    Level level = root.getLevel();
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    try {
      Tokens tokens = tokens();
      for (String token : ForgedTokens.of(issuer, issuer.claims().build()).values()) {
        var _ = check(tokens, token);
      }
      var _ = check(tokens, issuer.token("ada", "chat"));
    } finally {
      root.setLevel(level);
      root.detachAppender(log);
    }
    assertFalse(log.list.isEmpty(), "the reading of the keys is logged");
    for (ILoggingEvent event : log.list) {
      String all = event.getFormattedMessage() + event.getKeyValuePairs();
      assertFalse(all.contains("eyJ") || all.contains("ada") || all.contains("nobody-has-it"), all);
    }
  }

  @Test
  void anIssuerThatNeverSaidAnythingUsableMakesTokensUncheckedNotWrong() throws Exception {
    for (TokenIssuer.Mood mood : EnumSet.complementOf(EnumSet.of(TokenIssuer.Mood.WELL))) {
      issuer.mood(mood);
      Tokens tokens = tokens(TIMEOUT, PATIENCE, clock);
      int before = issuer.readings();
      var answer =
          assertInstanceOf(
              TokenAnswer.Unavailable.class,
              check(tokens, issuer.token("ada", "chat")),
              mood::toString);
      assertTrue(answer.retryAfter().isPositive());
      assertEquals(before + 1, issuer.readings(), "a failure is not tried again at once: " + mood);
    }
  }

  @Test
  void keysThatWereReadOutliveEveryMoodForTheirTime() throws Exception {
    for (TokenIssuer.Mood mood :
        EnumSet.complementOf(EnumSet.of(TokenIssuer.Mood.DRIPPING))) { // as silent as SILENT is
      issuer.mood(TokenIssuer.Mood.WELL);
      Tokens tokens = tokens(TIMEOUT, PATIENCE, clock);
      String token =
          issuer.token(
              claims -> claims.expirationTime(Date.from(clock.instant().plusSeconds(9_000))));
      assertInstanceOf(TokenAnswer.Valid.class, check(tokens, token));
      issuer.mood(mood);
      clock.forward(Samples.TIMES.fresh());
      assertInstanceOf(TokenAnswer.Valid.class, check(tokens, token), mood::toString);
      clock.forward(Samples.TIMES.outage());
      Class<? extends TokenAnswer> expected =
          mood == TokenIssuer.Mood.WELL ? TokenAnswer.Valid.class : TokenAnswer.Unavailable.class;
      assertInstanceOf(expected, check(tokens, token), mood::toString);
    }
  }

  @Test
  void aSetWithoutAnEndIsGivenUpAtItsLimitNotWhenTimeIsUp() {
    issuer.mood(TokenIssuer.Mood.HUGE);
    var patient = new HttpKeySource(URI.create(issuer.keysUrl()), Duration.ofMinutes(1));
    var thrown = assertThrows(IOException.class, patient::read);
    assertFalse(String.valueOf(thrown.getMessage()).contains("no answer"), thrown::toString);
  }

  @Test
  void aSilentIssuerKeepsNobodyWaitingBeyondThePatience() throws Exception {
    issuer.mood(TokenIssuer.Mood.SILENT);
    Tokens tokens = tokens(Duration.ofSeconds(30), Duration.ofMillis(200), Clock.systemUTC());
    String token = issuer.token("ada", "chat");
    long begun = System.nanoTime();
    for (int i = 0; i < 50; i++) {
      assertInstanceOf(TokenAnswer.Unavailable.class, check(tokens, token));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertTrue(took.compareTo(Duration.ofSeconds(9)) < 0, () -> "50 times took " + took);
  }

  @Test
  void keysThatTheIssuerRotatesAreFoundAndOldOnesOpenNothing() throws Exception {
    Tokens tokens = tokens();
    String old = issuer.token("ada", "chat");
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, old));
    issuer.rotate();
    clock.forward(Samples.TIMES.refetch());
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, issuer.token("ada", "chat")));
    assertInstanceOf(TokenAnswer.Refused.class, check(tokens, old));
  }

  @Test
  void keysMayComeFromAFileAndChangeThere() throws Exception {
    Path file = folder.resolve("keys.json");
    Files.writeString(file, issuer.published());
    TokenSettings byUrl =
        Samples.settings(issuer.name(), URI.create(issuer.keysUrl()), Samples.TIMES);
    var tokens =
        new Tokens(
            new TokenSettings(
                new TokenSettings.KeysAt.File(file),
                byUrl.issuer(),
                byUrl.audiences(),
                byUrl.algorithms(),
                byUrl.skew(),
                byUrl.userClaim(),
                byUrl.scopeClaim(),
                byUrl.times()),
            PATIENCE,
            clock,
            IN_BACKGROUND);
    String first = issuer.token("ada", "chat");
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, first));
    issuer.rotate();
    Files.writeString(file, issuer.published());
    clock.forward(Samples.TIMES.refetch());
    assertInstanceOf(TokenAnswer.Valid.class, check(tokens, issuer.token("ada", "chat")));
  }
}
