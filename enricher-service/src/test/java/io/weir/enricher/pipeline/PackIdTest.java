package io.weir.enricher.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.proto.v1.Passage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackIdTest {
  private static final Passage PASSAGE =
      Passage.newBuilder().setId("p1").setSourceId("shoes").setSourceVersion(3).setEnd(9).build();

  @Test
  void equal_requests_have_equal_ids_and_each_field_counts() {
    String id = ofRequest(Requests.request());
    assertEquals(id, ofRequest(Requests.accepted(Requests.message().setCorrelationId("other"))));
    assertNotEquals(id, ofRequest(Requests.accepted(Requests.message().setAgeMax(41))));
    assertNotEquals(id, ofRequest(Requests.accepted(Requests.message().addProductNames("x"))));
    assertNotEquals(id, ofRequest(Requests.accepted(Requests.message().setRegion("AT"))));
  }

  @Test
  void a_text_that_moves_to_its_neighbour_field_makes_another_id() {
    assertNotEquals(
        ofRequest(Requests.accepted(Requests.message().setRegion("DE").setAudience("AT"))),
        ofRequest(Requests.accepted(Requests.message().setRegion("DEAT").setAudience(""))));
  }

  @Test
  void a_new_version_of_a_passage_makes_another_pack() {
    String id = ofPack(PASSAGE);
    assertEquals(id, ofPack(PASSAGE.toBuilder().setScore(0.5).build()), "a score is no content");
    assertNotEquals(id, ofPack(PASSAGE.toBuilder().setSourceVersion(4).build()));
    assertNotEquals(id, ofPack());
  }

  private static String ofRequest(EnrichRequest request) {
    return PackId.ofRequest(request, Requests.PROFILE);
  }

  private static String ofPack(Passage... passages) {
    return PackId.ofPack(Requests.request(), Requests.PROFILE, List.of(), List.of(passages));
  }
}
