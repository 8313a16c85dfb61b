package io.weir.messaging;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int32Value;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Type;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProtobufCodecTest {
  private static String refusal(Message prototype, String json) {
    Codec<Message> codec = ProtobufCodec.of(prototype, message -> List.of());
    var refused =
        assertThrows(
            InvalidMessageException.class,
            () -> codec.decode(ByteString.copyFromUtf8(json), ProtobufCodec.JSON));
    return String.valueOf(refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"prompt\": \"hunter2\"}]",
        "\"hunter2\"",
        "{\"name\": {\"hunter2\": 1}}",
        "{\"syntax\": \"hunter2\"}",
        "{\"fields\": \"hunter2\"}",
      })
  void aReasonSaysWhatIsWrongAndQuotesNothingOfTheMessage(String json) {
    for (Message prototype :
        List.of(
            Type.getDefaultInstance(),
            Int32Value.getDefaultInstance(),
            Timestamp.getDefaultInstance())) {
      String reason = refusal(prototype, json);
      assertTrue(reason.startsWith("not a valid google.protobuf."), reason);
      assertFalse(reason.contains("hunter2"), reason);
    }
  }
}
