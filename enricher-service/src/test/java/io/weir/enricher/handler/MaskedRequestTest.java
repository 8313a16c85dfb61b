package io.weir.enricher.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.weir.proto.v1.ContextEnrichRequest;
import org.junit.jupiter.api.Test;

class MaskedRequestTest {
  private static final String SECRET = "xK9" + "vTq27LmZ0pWs4RbYc8Nd1";

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  @Test
  void secretsInAttributesAreMaskedHoweverDeepAndAllElseStays() {
    var inner = Struct.newBuilder().putFields("password", text(SECRET)).putFields("a", text("b"));
    var attributes =
        Struct.newBuilder()
            .putFields("api_key", text(SECRET))
            .putFields("shop", Value.newBuilder().setStructValue(inner).build())
            .putFields("stock", Value.newBuilder().setNumberValue(3).build())
            .putFields("season", text("spring"));
    ContextEnrichRequest masked =
        MaskedRequest.of(
            ContextEnrichRequest.newBuilder().setCampaignId("c").setAttributes(attributes).build());
    assertFalse(masked.toString().contains(SECRET), masked::toString);
    assertEquals("c", masked.getCampaignId());
    Struct kept = masked.getAttributes();
    assertEquals(text("spring"), kept.getFieldsOrThrow("season"));
    assertEquals(3, kept.getFieldsOrThrow("stock").getNumberValue());
    assertEquals(text("b"), kept.getFieldsOrThrow("shop").getStructValue().getFieldsOrThrow("a"));
  }

  @Test
  void whatIsNoJsonIsLeftToTheReader() {
    var attributes =
        Struct.newBuilder().putFields("n", Value.newBuilder().setNumberValue(Double.NaN).build());
    var message = ContextEnrichRequest.newBuilder().setAttributes(attributes).build();
    assertSame(message, MaskedRequest.of(message));
  }
}
