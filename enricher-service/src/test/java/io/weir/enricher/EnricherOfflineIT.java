package io.weir.enricher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.BrandCompliance;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.proto.v1.ContextPack;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnricherOfflineIT {
  private static final String OFFLINE_ONLY =
      """
      {"error": {"message": "no model is configured", "type": "invalid_request_error",
                 "param": "model", "code": "offline_only"}}
      """;

  @Test
  void without_a_model_the_pack_is_made_of_facts_and_passages(@TempDir Path folder)
      throws Exception {
    try (StandIn gateway = StandIn.answering(400, OFFLINE_ONLY);
        var stack = new EnricherStack(folder, gateway.uri() + "/v1")) {
      stack.publish(
          ContextEnrichRequest.newBuilder()
              .setCampaignId("offline")
              .setLocale("ja-JP")
              .setInterestsText("trail running shoes, mud")
              .setBrandCompliance(BrandCompliance.newBuilder().addBannedWords("激安"))
              .setCorrelationId("c-offline")
              .build());
      ContextPack pack = stack.awaitReady("c-offline").getContextPack();
      assertEquals("offline", pack.getMode());
      assertEquals("offline", pack.getModel());
      assertEquals(List.of("激安"), pack.getBannedWordsList());
      assertEquals(1, pack.getPassagesCount());
      assertFalse(pack.getCultureNotesList().isEmpty());
      assertTrue(
          pack.getFactsList().stream().anyMatch(fact -> fact.getId().equals("notice.model")));
      assertEquals("offline", stack.get("/packs/offline/ja-JP").body().path("mode").asText());
    }
  }
}
