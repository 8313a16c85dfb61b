package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CallIdsTest {
  @Test
  void theTimeComesFirst() {
    // RFC 9562, appendix A.6
    assertEquals(
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        CallIds.at(0x017F22E279B0L, 0xcc3, 0x18c4dc0c0c07398fL << 2));
    assertTrue(CallIds.at(1_000, -1, -1).compareTo(CallIds.at(1_001, 0, 0)) < 0);
  }

  @Test
  void eachIsItsOwn() {
    UUID one = UUID.fromString(CallIds.next());
    assertEquals(7, one.version());
    assertEquals(2, one.variant());
    assertNotEquals(one.toString(), CallIds.next());
  }
}
