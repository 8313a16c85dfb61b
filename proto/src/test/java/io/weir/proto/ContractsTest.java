package io.weir.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.proto.v1.BreadcrumbEvent;
import io.weir.proto.v1.ContextEnrichReady;
import io.weir.proto.v1.ContextEnrichRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ContractsTest {
  @Test
  void aMessageWithAllRequiredFieldsKeepsItsContract() {
    var event =
        BreadcrumbEvent.newBuilder()
            .setType(BreadcrumbEvent.Type.TYPE_CREATED)
            .setBreadcrumbId("b1")
            .setVersion(1)
            .setContext(
                Struct.newBuilder().putFields("k", Value.newBuilder().setStringValue("v").build()))
            .build();
    assertEquals(List.of(), Contracts.violations(event));
  }

  @Test
  void everyMissingRequiredFieldIsNamed() {
    assertEquals(
        List.of("campaign_id: required", "locale: required"),
        Contracts.violations(ContextEnrichRequest.getDefaultInstance()));
    assertEquals(
        List.of("campaign_id: required", "locale: required", "context_pack: required"),
        Contracts.violations(ContextEnrichReady.getDefaultInstance()));
  }

  @Test
  void lengthIsCountedInUtf8Bytes() {
    var request =
        ContextEnrichRequest.newBuilder().setCampaignId("ä".repeat(129)).setLocale("de").build();
    assertEquals(List.of("campaign_id: longer than 256 bytes"), Contracts.violations(request));
  }
}
