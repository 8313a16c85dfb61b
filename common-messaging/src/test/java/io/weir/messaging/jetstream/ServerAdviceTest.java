package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.jetstream.ServerAdvice.Advice;
import io.weir.messaging.jetstream.ServerAdvice.Level;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerAdviceTest {
  private static String all(String version, int replicas, boolean clustered) {
    return ServerAdvice.of(version, replicas, clustered).toString();
  }

  private static boolean hasWorst(Level level, String version, int replicas, boolean clustered) {
    return ServerAdvice.of(version, replicas, clustered).stream()
        .map(Advice::level)
        .max(Enum::compareTo)
        .equals(Optional.of(level));
  }

  @Test
  void versionsAreReadWithTheirPreviewsNames() {
    assertEquals(Optional.of(new ServerVersion(2, 9, 10)), ServerVersion.parse("2.9.10"));
    assertEquals(Optional.of(new ServerVersion(2, 15, 0)), ServerVersion.parse("v2.15.0-RC.2"));
    assertEquals(Optional.empty(), ServerVersion.parse("newest"));
    assertEquals(Optional.empty(), ServerVersion.parse("2.15"));
    assertTrue(new ServerVersion(2, 10, 0).isAtLeast(2, 9, 99));
    assertFalse(new ServerVersion(2, 9, 9).isAtLeast(2, 9, 10));
  }

  @Test
  void belowTheFloorIsDegradedAndTheFloorIsNot() {
    HealthCheck old = ServerAdvice.check(ServerAdvice.of("2.9.9", 1, false));
    assertEquals(HealthCheck.Status.DEGRADED, old.status());
    assertTrue(old.reason().contains("older than 2.9.10"), old::reason);
    assertFalse(old.blocksReadiness());

    HealthCheck floor = ServerAdvice.check(ServerAdvice.of("2.9.10", 1, false));
    assertEquals(HealthCheck.Status.OK, floor.status());
    assertTrue(floor.reason().contains("fit for development"), floor::reason);
    assertTrue(floor.reason().contains("2.12.16"), floor::reason);
    assertTrue(floor.consequence().contains("power cut"), floor::consequence);
  }

  @Test
  void onlySomeVersionsAreFitForProduction() {
    for (String fit : List.of("2.12.16", "2.12.20", "2.14.6", "2.15.1", "2.16.0", "3.0.0")) {
      assertFalse(all(fit, 3, true).contains("for production use"), fit);
    }
    for (String unfit : List.of("2.9.10", "2.10.27", "2.12.15", "2.13.9", "2.14.5", "2.15.0")) {
      assertTrue(all(unfit, 3, true).contains("for production use"), unfit);
    }
  }

  @Test
  void theRemovalOfWorkIsToldWhereItHappens() {
    for (String bad : List.of("2.9.10", "2.12.4", "2.13.1")) {
      assertTrue(all(bad, 3, true).contains("may remove messages of a work queue"), bad);
    }
    for (String good : List.of("2.12.5", "2.14.0", "2.15.1")) {
      assertFalse(all(good, 3, true).contains("may remove messages of a work queue"), good);
    }
  }

  @Test
  void syncAtEachWriteIsFromTwoTenOnAndUnseenByAClient() {
    assertTrue(all("2.9.25", 3, true).contains("can't at each write"));
    assertTrue(all("2.10.0", 3, true).contains("a client can't see"));
    assertTrue(all("2.10.0", 3, true).contains("sync_interval: always"));
  }

  @Test
  void aBoundInMessagesAndItsDiskAreToldWhereBytesAreNotKeptTo() {
    assertTrue(all("2.9.10", 3, true).contains("bounded by messages instead"));
    assertTrue(all("2.9.10", 3, true).contains("watch the disk"));
    assertTrue(hasWorst(Level.RISK, "2.9.10", 3, true));
    assertFalse(all("2.9.10", 1, false).contains("bounded by messages"));
    assertFalse(all("2.10.0", 3, true).contains("bounded by messages"));
  }

  @Test
  void refusedIdsThatStayKnownAreTold() {
    assertTrue(all("2.10.27", 3, true).contains("up to 5 minutes"));
    assertFalse(all("2.10.27", 1, true).contains("up to 5 minutes"));
    assertFalse(all("2.15.1", 3, true).contains("up to 5 minutes"));
  }

  @Test
  void oneCopyIsANoteOnOneServerAndARiskInACluster() {
    assertTrue(hasWorst(Level.NOTE, "2.15.1", 1, false));
    assertTrue(hasWorst(Level.RISK, "2.15.1", 1, true));
    assertTrue(hasWorst(Level.NOTE, "2.15.1", 3, true));
    assertTrue(hasWorst(Level.RISK, "2.15.1", 2, true), "two copies stop when one does");
    assertTrue(all("2.15.1", 1, true).contains("NATS_REPLICAS to 3"));
  }

  @Test
  void aVersionThatCantBeReadIsSaid() {
    assertTrue(all("", 3, true).contains("is not known"));
  }
}
