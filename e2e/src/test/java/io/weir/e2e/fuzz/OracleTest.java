package io.weir.e2e.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.fuzz.Draft.Hope;
import io.weir.e2e.fuzz.Wire.Answer;
import io.weir.platform.openapi.OpenApiDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each thing that must hold is missed when it does not. */
class OracleTest {
  private static final Map<String, String> IDS =
      Map.of("x-request-id", "r-1", "x-correlation-id", "c-1");
  private static final String CREATED = "{\"id\":\"a\",\"version\":1,\"event\":\"published\"}";

  @SuppressWarnings("InlineFormatString") // once here, that a case is a line
  private static final String WRONG =
      "{\"type\":\"about:blank\",\"title\":\"Invalid request\",\"status\":%d,\"detail\":\"%s\","
          + "\"request_id\":\"r-1\"}";

  private final ServedDocument document = document();
  private final Oracle oracle = new Oracle(document);

  @Test
  void whatKeepsToTheDocumentHasNoFaults() {
    assertEquals(List.of(), oracle.judge(draft(Hope.ACCEPTED), created(CREATED)));
    assertEquals(List.of(), oracle.judge(draft(Hope.REFUSED), refused(400, "title: required")));
    assertEquals(List.of(), oracle.judge(draft(Hope.ANY), nothing(0)));
  }

  @Test
  void silenceIsMissed() {
    assertFault("no answer in time", draft(Hope.ANY), nothing(-1));
    assertFault("closed without an answer", draft(Hope.REFUSED), nothing(0));
  }

  @Test
  void aStatusOrBodyOrHeaderThatIsNotDocumentedIsMissed() {
    assertFault("status 500 is not documented", draft(Hope.ANY), refused(500, "oops"));
    assertFault("status 418 is not documented", draft(Hope.ANSWERED), refused(418, "tea"));
    assertFault("body: ", draft(Hope.ACCEPTED), created("{\"id\":\"a\",\"version\":0}"));
    assertFault("no JSON", draft(Hope.ACCEPTED), created("{"));
    Answer bare = answer(201, "application/json", CREATED, Map.of("etag", "\"1\""), 0);
    assertFault("no header Location", draft(Hope.ACCEPTED), bare);
    Answer text = answer(400, "text/plain", "no", Map.of(), 0);
    assertFault("content type 'text/plain'", draft(Hope.REFUSED), text);
    assertFault("an error of type", draft(Hope.ANY), text);
  }

  @Test
  void aRightRequestThatIsRefusedAndAWrongOneThatIsNotAreMissed() {
    assertFault("called wrong", draft(Hope.ACCEPTED), refused(400, "title: required"));
    assertFault("is accepted", draft(Hope.REFUSED), created(CREATED));
  }

  @Test
  void anErrorThatTellsInternalsIsMissed() {
    for (String told :
        List.of(
            "io.weir.entity.store.Breadcrumbs failed",
            "NullPointerException",
            "enable `JsonReadFeature.ALLOW_TABS` to allow",
            "Breadcrumbs.java:17")) {
      assertFault("tells internals", draft(Hope.REFUSED), refused(400, told));
    }
  }

  @Test
  void aRefusalForNowThatDoesNotSayWhenToComeBackIsMissed() {
    assertFault("no Retry-After", draft(Hope.ANSWERED), refused(503, "starting"));
    assertFault("no Retry-After", draft(Hope.ANSWERED), refused(429, "too many"));
  }

  @Test
  void aSecondAnswerAndAnInjectedHeaderAreMissed() {
    assertFault("come after", draft(Hope.ANY), answer(200, "application/json", "{}", Map.of(), 12));
    assertFault(
        "injected",
        draft(Hope.ANY),
        answer(200, "application/json", "{}", Map.of("x-injected", "y"), 0));
  }

  @Test
  void aSeedMakesTheSameRequestsAndAnotherOneOthers() {
    assertEquals(all(1), all(1));
    assertNotEquals(all(1), all(2));
  }

  @Test
  void aMarkTellsWhichRequestSomethingIsOf() {
    String stored =
        "x" + Marker.of(7, "entity-worker", 12) + "y" + Marker.of(8, "entity-worker", 3);
    assertEquals(Set.of(12), Marker.in(stored, 7, "entity-worker"));
    assertEquals(Set.of(), Marker.in(stored, 7, "review-worker"));
  }

  private List<String> all(long seed) {
    var generator =
        new Generator(
            document,
            "entity-worker",
            seed,
            new Fuzzer.Keys("good", "narrow", List.of("worthless")),
            path -> List.of());
    return IntStream.range(0, 200)
        .mapToObj(index -> Arrays.toString(generator.draft(index).bytes()))
        .toList();
  }

  private void assertFault(String wanted, Draft draft, Answer answer) {
    List<String> faults = oracle.judge(draft, answer);
    assertTrue(faults.stream().anyMatch(fault -> fault.contains(wanted)), faults::toString);
  }

  private Draft draft(Hope hope) {
    var create =
        document.operations().stream()
            .filter(operation -> operation.toString().equals("POST /breadcrumbs"))
            .findFirst()
            .orElseThrow();
    var draft = new Draft(1, create, "mark");
    draft.target = "/breadcrumbs";
    draft.hope = hope;
    return draft;
  }

  private static Answer created(String body) {
    return answer(
        201, "application/json", body, Map.of("location", "/breadcrumbs/a", "etag", "\"1\""), 0);
  }

  private static Answer refused(int status, String detail) {
    return answer(status, "application/problem+json", WRONG.formatted(status, detail), Map.of(), 0);
  }

  private static Answer nothing(int status) {
    return new Answer(status, Map.of(), new byte[0], 0, Duration.ZERO);
  }

  private static Answer answer(
      int status, String type, String body, Map<String, String> more, int left) {
    var all = new HashMap<>(IDS);
    all.putAll(more);
    all.put("content-type", type);
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    all.forEach((name, value) -> headers.put(name, List.of(value)));
    return new Answer(
        status, headers, body.getBytes(StandardCharsets.UTF_8), left, Duration.ofMillis(1));
  }

  private static ServedDocument document() {
    try {
      return new ServedDocument(OpenApiDocument.of("entity-worker").json().toByteArray());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
