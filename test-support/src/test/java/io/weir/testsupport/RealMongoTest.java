package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RealMongoTest {
  @Test
  void theOneThatAPersonNamesIsUsedAndNoEngineIsLookedFor() {
    assertEquals(
        new RealMongo.Search.Found("mongodb://db:27017"),
        RealMongo.search(
            Map.of(RealMongo.URI, "mongodb://db:27017", "DOCKER_HOST", "tcp://nobody:1"), true));
  }

  @Test
  void withoutASignOfAnEngineItIsMissingAndTheReasonSaysWhatToDo() {
    var missing =
        assertInstanceOf(RealMongo.Search.Missing.class, RealMongo.search(Map.of(), false));
    assertTrue(
        missing.reason().contains("NOT TESTED ON MONGODB")
            && missing.reason().contains("DOCKER_HOST")
            && missing.reason().contains(RealMongo.URI),
        missing::reason);
  }
}
