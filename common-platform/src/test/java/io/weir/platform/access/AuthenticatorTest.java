package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.contract.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
  private static final List<String> NONE = List.of();
  private static final Admission REFUSED = new Admission.Refused();
  private static final Admission ADMITTED =
      new Admission.Admitted(
          new Principal(
              "ada",
              Principal.Via.TOKEN,
              Optional.empty(),
              Set.of(Scope.CHAT),
              OptionalInt.empty()));
  private static final Admission UNAVAILABLE =
      new Admission.Unavailable("away", Duration.ofSeconds(2));

  private final List<String> asked = new ArrayList<>();
  private final Authenticator authenticator =
      new Authenticator(
          List.of(
              credential -> {
                asked.add("first " + credential);
                return credential.startsWith("a")
                    ? Optional.of(credential.equals("a1") ? ADMITTED : REFUSED)
                    : Optional.empty();
              },
              credential -> {
                asked.add("second " + credential);
                return credential.equals("b") ? Optional.of(UNAVAILABLE) : Optional.empty();
              }));

  private Admission with(List<String> authorization, List<String> apiKey)
      throws InterruptedException {
    return authenticator.authenticate(authorization, apiKey);
  }

  @Test
  void bothHeadersCarryCredentials() throws Exception {
    assertEquals(ADMITTED, with(List.of("Bearer a1"), NONE));
    assertEquals(ADMITTED, with(List.of("bearer   a1 "), NONE));
    assertEquals(ADMITTED, with(NONE, List.of("a1")));
    assertEquals(ADMITTED, with(List.of("BEARER a1"), List.of("a1")), "the same twice");
  }

  @Test
  void theFirstVerifierThatKnowsTheKindDecides() throws Exception {
    assertEquals(REFUSED, with(NONE, List.of("a2")));
    assertEquals(UNAVAILABLE, with(NONE, List.of("b")));
    assertEquals(REFUSED, with(NONE, List.of("c")), "nobody knows it");
    assertEquals(List.of("first a2", "first b", "second b", "first c", "second c"), asked);
  }

  @Test
  void whatIsAmbiguousOrNoneIsRefusedWithoutAskingAnybody() throws Exception {
    assertEquals(REFUSED, with(NONE, NONE));
    assertEquals(REFUSED, with(List.of("Bearer a1"), List.of("a2")));
    assertEquals(REFUSED, with(List.of("Basic YTE6"), List.of("a1")));
    assertEquals(REFUSED, with(List.of("Bearer a1", "Bearer a1"), NONE));
    assertEquals(REFUSED, with(NONE, List.of("a1", "a1")));
    for (String wrong : new String[] {"", "Bearer", "Bearer ", "a1", "Bearera1", "Basic YTE6"}) {
      assertEquals(REFUSED, with(List.of(wrong), NONE), wrong);
    }
    assertEquals(REFUSED, with(NONE, List.of("  ")));
    assertEquals(REFUSED, with(NONE, List.of("a".repeat(Authenticator.LONGEST + 1))));
    assertEquals(NONE, asked);
  }

  @Test
  void nothingSentIsToldFromSomethingWrong() {
    assertTrue(Authenticator.isAnonymous(NONE, NONE));
    assertFalse(Authenticator.isAnonymous(List.of("Basic x"), NONE));
    assertFalse(Authenticator.isAnonymous(NONE, List.of("")));
  }

  @Test
  void aUserActsForThemselvesUnlessAScopeSaysOtherwise() {
    var ada =
        new Principal(
            "ada",
            Principal.Via.KEY,
            Optional.of("abc"),
            Set.of(Scope.JOBS_READ),
            OptionalInt.empty());
    assertTrue(ada.may(Scope.JOBS_READ));
    assertFalse(ada.may(Scope.JOBS_WRITE));
    assertTrue(ada.mayActFor("ada"));
    assertFalse(ada.mayActFor("Ada"));
    assertFalse(ada.mayActFor("bob"));
    assertEquals("key:abc", ada.limitedBy());
    Principal local = Principal.local("me");
    assertTrue(local.mayActFor("bob"));
    assertEquals("user:me", local.limitedBy());
    for (Scope scope : Scope.values()) {
      assertTrue(local.may(scope), scope::text);
    }
  }
}
