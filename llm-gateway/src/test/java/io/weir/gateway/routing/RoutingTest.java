package io.weir.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.catalogue.ModelFile;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Router.Offer;
import io.weir.gateway.pipeline.Router.Route;
import io.weir.gateway.routing.ProviderGates.Entry;
import io.weir.testsupport.Ticking;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final ModelFile FACTS =
      ModelFile.parse(
          """
          models:
            - {name: small, tier: simple, capabilities: [], context: 1000}
            - {name: middle, tier: medium, capabilities: [tools], context: 100000}
            - {name: large, tier: complex, capabilities: [tools, vision, json], context: 100000}
          aliases:
            fast: [two:small, one:small]
            gone: [nowhere:x]
            seeing: [one:small, two:large]
          """);

  private final Ticking clock = new Ticking(Instant.EPOCH);
  private final ProviderGates gates =
      new ProviderGates(
          new ProviderGates.Settings(
              2, Map.of("narrow", 1), Duration.ofMillis(20), 3, Duration.ofSeconds(10)),
          clock,
          new SimpleMeterRegistry());
  private final Routing routing =
      new Routing(
          new AutoChoice(new ModelTable(FACTS.facts(), Price.of(LocalDate.EPOCH, 3_000, 15_000))),
          FACTS.aliases(),
          gates,
          new RetryBudget(0.5, 2));
  private final Router router =
      new Router(
          List.of(
              new Offer("one", List.of("small", "middle", "mystery"), true, true),
              new Offer("two", List.of("large", "small"), true, true),
              new Offer("three", List.of("unheard-of", "other"), true, true)));

  @Test
  void autoPrefersWhatIsMadeForTheTaskAndKeepsTheOthersBehind() {
    assertEquals(
        List.of("one:small", "two:small", "three:unheard-of"), to("auto", "\"hello\"", ""));
    assertEquals(
        List.of("one:middle", "three:unheard-of", "two:large"),
        to("auto", "\"please debug this and say why\"", ""));
    assertEquals(
        List.of("two:large", "three:unheard-of", "one:middle"),
        to("auto", "\"Why is this distributed design slow? ```x```\"", ""));
  }

  @Test
  void whatIsKnownToLackSomethingOrToBeTooSmallIsLeftOut() {
    assertEquals(
        List.of("one:middle", "three:unheard-of", "two:large"),
        to("auto", "\"hello\"", ",\"tools\":[{}]").stream().sorted().toList());
    assertFalse(to("auto", "\"" + "hello ".repeat(2_000) + "\"", "").contains("one:small"));
    assertEquals(List.of("two:large"), to("seeing", "[{\"type\":\"image_url\"}]", ""));
  }

  @Test
  void aliasesStandForModelsInTheirOrder() {
    assertEquals(List.of("two:small", "one:small"), to("fast", "\"hello\"", ""));
    var nowhere = assertInstanceOf(Route.Nowhere.class, routing.named(router, "gone"));
    assertEquals(Failure.Kind.PROVIDER_NOT_FOUND, nowhere.failure().kind());
  }

  @Test
  void anAliasStandsForModelsOfEmbeddingsToo() {
    var to = assertInstanceOf(Route.To.class, routing.embeddings(router, "fast"));
    assertEquals(
        List.of("two:small", "one:small"),
        to.candidates().stream().map(RoutingTest::shown).toList());
    assertInstanceOf(Route.Nowhere.class, routing.embeddings(router, "auto"));
    var mixed = assertInstanceOf(Route.To.class, routing.embeddings(router, "seeing"));
    assertEquals(
        List.of("one:small"),
        mixed.candidates().stream().map(RoutingTest::shown).toList(),
        "vectors of two models can't be compared");
  }

  @Test
  void aLongPictureDoesNotOutgrowAWindow() {
    String picture =
        "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
            + "A".repeat(1_000_000)
            + "\"}}]";
    assertTrue(to("auto", picture, "").contains("two:large"));
  }

  @Test
  void whoeverCanNotIsStillAskedWhenNamed() {
    assertEquals(List.of("one:small"), to("one:small", "[{\"type\":\"image_url\"}]", ""));
  }

  @Test
  void aProviderThatFailsInARowIsLeftAloneAndTriedByOneCall() throws Exception {
    for (int i = 0; i < 3; i++) {
      fail("one", Failure.providerError("bad", "provider_error"));
    }
    Failure refused = assertInstanceOf(Entry.Refused.class, gates.enter("one")).failure();
    assertEquals("provider_left_alone", refused.code());
    assertTrue(refused.message().contains("bad"), refused.message());
    assertEquals("open", gates.health("one").state());
    assertInstanceOf(Entry.Admitted.class, gates.enter("two"));
    clock.to(Instant.EPOCH.plusSeconds(11));
    try (var probe = assertInstanceOf(Entry.Admitted.class, gates.enter("one")).visit()) {
      assertInstanceOf(Entry.Refused.class, gates.enter("one"));
      probe.answered();
    }
    assertEquals("closed", gates.health("one").state());
  }

  @Test
  void refusalsOfWhatTheCallerSentAreNoFailuresOfTheProvider() throws Exception {
    for (int i = 0; i < 10; i++) {
      fail("one", Failure.invalid("no", "x"));
    }
    assertEquals("closed", gates.health("one").state());
  }

  @Test
  void whoeverAsksToBeLeftAloneIsLeftAloneForSoLong() throws Exception {
    fail(
        "one",
        new Failure(Failure.Kind.RATE_LIMITED, 429, "slow", null, null, Duration.ofSeconds(31)));
    Failure refused = assertInstanceOf(Entry.Refused.class, gates.enter("one")).failure();
    assertEquals(429, refused.status());
    assertEquals(Duration.ofSeconds(31), refused.retryAfter());
    clock.to(Instant.EPOCH.plusSeconds(30));
    assertEquals("resting", gates.health("one").state());
    clock.to(Instant.EPOCH.plusSeconds(31));
    assertInstanceOf(Entry.Admitted.class, gates.enter("one"));
  }

  @Test
  void aShortWishToBeLeftAloneIsForItsCallerAlone() throws Exception {
    fail(
        "one",
        new Failure(Failure.Kind.RATE_LIMITED, 429, "slow", null, null, Duration.ofSeconds(30)));
    assertEquals("closed", gates.health("one").state());
    assertInstanceOf(Entry.Admitted.class, gates.enter("one"));
  }

  @Test
  void aProviderHasABoundOfCallsAtOnce() throws Exception {
    var first = assertInstanceOf(Entry.Admitted.class, gates.enter("one")).visit();
    var _ = assertInstanceOf(Entry.Admitted.class, gates.enter("one")).visit();
    assertEquals(
        "too_many_requests_at_once",
        assertInstanceOf(Entry.Refused.class, gates.enter("one")).failure().code());
    first.close();
    first.close();
    assertEquals(1, gates.health("one").running());
    assertInstanceOf(Entry.Admitted.class, gates.enter("one"));
  }

  @Test
  void aProvidersOwnBoundGoesBeforeThatOfAll() throws Exception {
    var only = assertInstanceOf(Entry.Admitted.class, gates.enter("narrow")).visit();
    Failure refused = assertInstanceOf(Entry.Refused.class, gates.enter("narrow")).failure();
    assertEquals(429, refused.status());
    assertTrue(refused.message().contains("has 1 calls in hand"), refused.message());
    assertEquals(1, gates.health("narrow").concurrent());
    assertEquals(2, gates.health("one").concurrent());
    only.close();
    assertInstanceOf(Entry.Admitted.class, gates.enter("narrow"));
  }

  @Test
  void retriesAreAShareOfRequests() {
    var budget = new RetryBudget(0.5, 2);
    assertTrue(budget.spend());
    assertTrue(budget.spend());
    assertFalse(budget.spend());
    budget.earn();
    assertFalse(budget.spend());
    budget.earn();
    assertTrue(budget.spend());
  }

  private void fail(String provider, Failure failure) throws InterruptedException {
    try (var visit = assertInstanceOf(Entry.Admitted.class, gates.enter(provider)).visit()) {
      visit.failed(failure);
    }
  }

  private List<String> to(String model, String content, String more) {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]%s}"
            .formatted(model, content, more);
    ChatRequest request =
        assertInstanceOf(
                ChatRequestReader.Result.Valid.class,
                ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8)))
            .request();
    return assertInstanceOf(Route.To.class, routing.route(router, request)).candidates().stream()
        .map(RoutingTest::shown)
        .toList();
  }

  private static String shown(Candidate candidate) {
    return candidate.provider() + ":" + candidate.model();
  }
}
