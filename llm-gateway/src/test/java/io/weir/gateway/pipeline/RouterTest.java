package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.Router.Offer;
import io.weir.gateway.pipeline.Router.Route;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final Offer FIRST = new Offer("first", List.of("large", "small"), true, true);
  private static final Offer LOCAL = new Offer("local", List.of("llama:8b", "small"), true, true);
  private static final Offer OFFLINE = new Offer("offline", List.of("offline"), true, false);
  private final Router router = new Router(List.of(FIRST, LOCAL, OFFLINE));

  @Test
  void aBareNameGoesToEveryProviderThatListsItInTheirOrder() {
    assertEquals(
        List.of(new Candidate("first", "small"), new Candidate("local", "small")),
        candidates(router, "small"));
  }

  @Test
  void anExplicitProviderIsTheOnlyCandidate() {
    assertEquals(List.of(new Candidate("local", "small")), candidates(router, "local:small"));
    assertEquals(List.of(new Candidate("local", "llama:8b")), candidates(router, "local:llama:8b"));
  }

  @Test
  void aColonInsideAListedNameIsNoProvider() {
    assertEquals(List.of(new Candidate("local", "llama:8b")), candidates(router, "llama:8b"));
  }

  @Test
  void autoIsEachProvidersFirstModelButNotOffline() {
    assertEquals(
        List.of(new Candidate("first", "large"), new Candidate("local", "llama:8b")),
        candidates(router, "auto"));
    assertEquals(List.of(new Candidate("local", "llama:8b")), candidates(router, "local:auto"));
    assertEquals(List.of(new Candidate("offline", "offline")), candidates(router, "offline"));
  }

  @Test
  void autoIsOfflineWhenThatIsAllThereIs() {
    var alone = new Router(List.of(new Offer("offline", List.of("offline"), true, true)));
    assertEquals(List.of(new Candidate("offline", "offline")), candidates(alone, "auto"));
  }

  @Test
  void aProviderWhoseListIsNotKnownIsAskedForAnyName() {
    var unread = new Router(List.of(new Offer("new", List.of(), false, true), OFFLINE));
    assertEquals(List.of(new Candidate("new", "gpt")), candidates(unread, "gpt"));
    assertEquals(List.of(new Candidate("new", "a:b")), candidates(unread, "a:b"));
    assertEquals(List.of(new Candidate("new", "a:b")), candidates(unread, "new:a:b"));
    assertEquals("provider_unreachable", failure(unread, "auto").code());
    assertTrue(failure(unread, "auto").kind().passing());
  }

  @Test
  void whatSomebodyListsIsAskedOfNobodyElse() {
    var unread = new Offer("new", List.of(), false, true);
    assertEquals(
        List.of(new Candidate("local", "llama:8b")),
        candidates(new Router(List.of(unread, LOCAL)), "llama:8b"));
  }

  @Test
  void vectorsAreOfOneModelWhoeverIsAway() {
    var both =
        new Router(
            List.of(
                new Offer("first", List.of("chat", "text-embedding-3-small"), true, true),
                new Offer("second", List.of("nomic-embed-text"), true, true)));
    assertEquals(
        new Route.To(List.of(new Candidate("first", "text-embedding-3-small"))),
        both.routeEmbeddings("auto"));
    var unread =
        new Router(
            List.of(
                new Offer("first", List.of(), false, true),
                new Offer("second", List.of("nomic-embed-text"), true, true)));
    assertInstanceOf(Route.Nowhere.class, unread.routeEmbeddings("auto"));
  }

  @Test
  void anUnknownNameIsA404ThatSaysWhatThereIs() {
    Failure unknown = failure(router, "gpt-99");
    assertEquals(404, unknown.status());
    assertEquals("model_not_found", unknown.code());
    assertEquals("model", unknown.param());
    assertTrue(unknown.message().contains("llama:8b"));
    assertEquals("model_not_found", failure(router, "first:gpt-99").code());
    String why = failure(router, "first:gpt-99").message();
    assertTrue(why.contains("what its entry's 'models' list"), why);
    assertEquals("model_not_found", failure(router, "first:").code());
    assertEquals("provider_not_found", failure(router, "nobody:small").code());
  }

  @Test
  void onlyListedNamesAreTakenForTheProvidersOwn() {
    assertTrue(router.lists(new Candidate("first", "small")));
    assertEquals(false, router.lists(new Candidate("first", "llama:8b")));
  }

  private static List<Candidate> candidates(Router router, String model) {
    return assertInstanceOf(Route.To.class, router.route(model)).candidates();
  }

  private static Failure failure(Router router, String model) {
    return assertInstanceOf(Route.Nowhere.class, router.route(model)).failure();
  }
}
