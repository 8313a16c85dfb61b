package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.api.StreamConfiguration;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.StreamBound.Held;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StreamShapeTest {
  private static final SubjectTemplate WORK = new SubjectTemplate("work.{key}");
  private static final StreamSpec QUEUE = StreamSpec.workQueue("WORK", WORK).withMaxBytes(1 << 20);
  private static final StreamSpec EVENTS =
      StreamSpec.events("EVENTS", Duration.ofHours(1), WORK).withMaxBytes(1 << 20);
  private static final ServerTraits OLD = ServerTraits.of("2.9.10", 3);
  private static final Held NOTHING = new Held(0, 0);

  private static StreamConfiguration of(StreamSpec spec, ServerTraits traits) {
    return StreamShape.of(spec, 3, traits);
  }

  private static StreamConfiguration over(
      StreamConfiguration base, Held held, ServerTraits traits) {
    return StreamShape.over(base, held, QUEUE, 3, traits);
  }

  private static void assertBound(long bytes, long messages, StreamConfiguration stream) {
    assertEquals(
        new StreamBound(bytes, messages),
        new StreamBound(stream.getMaxBytes(), stream.getMaxMsgs()));
  }

  private static StreamConfiguration with(StreamConfiguration stream, long maxMessages) {
    return StreamConfiguration.builder(stream).maxMessages(maxMessages).build();
  }

  @Test
  void whichServersAreNotExact() {
    assertEquals(new ServerTraits(false, false), OLD);
    assertEquals(new ServerTraits(true, true), ServerTraits.of("2.10.27", 3));
    for (String sound : new String[] {"2.15.1", "2.16.0", "some day"}) {
      assertEquals(ServerTraits.SOUND, ServerTraits.of(sound, 3), sound);
    }
    assertEquals(ServerTraits.SOUND, ServerTraits.of("2.9.10", 1), "one copy is exact");
    assertEquals(ServerTraits.SOUND, ServerTraits.of("2.10.27", 1), "one copy forgets");
  }

  @Test
  void whereBytesAreNotKeptToAStreamThatRefusesIsBoundedByMessages() {
    assertBound(-1, 1024, of(QUEUE, OLD));
    assertBound(1 << 20, -1, of(EVENTS, OLD));
    assertBound(1 << 20, -1, of(QUEUE, ServerTraits.SOUND));
    assertBound(-1, 1, of(QUEUE.withMaxBytes(100), OLD));
  }

  @Test
  void aStreamChangesItsBoundWithTheServerAndBack() {
    StreamConfiguration old = over(of(QUEUE, ServerTraits.SOUND), NOTHING, OLD);
    assertBound(-1, 1024, old);
    assertTrue(StreamShape.drift(old, over(old, NOTHING, OLD)).isEmpty(), "once");
    assertBound(1 << 20, -1, over(old, NOTHING, ServerTraits.SOUND));
    assertTrue(
        StreamShape.drift(with(old, 7), old).toString().contains("max_msgs 7 -> 1024"),
        "a drift is seen");
  }

  @Test
  void anOperatorsBoundOfMessagesStaysBesideOneInBytes() {
    StreamConfiguration operators = with(of(QUEUE, ServerTraits.SOUND), 7);
    assertBound(1 << 20, 7, over(operators, NOTHING, ServerTraits.SOUND));
    assertBound(-1, 1024, over(operators, NOTHING, OLD));
  }

  @Test
  void noBoundIsSetBelowWhatAStreamHolds() {
    StreamConfiguration bytes = of(QUEUE, ServerTraits.SOUND);
    StreamConfiguration messages = over(bytes, new Held(4_000, 1 << 20), OLD);
    assertBound(-1, 8_000, messages);
    assertBound(-1, 6_000, over(messages, new Held(3_000, 0), OLD));
    assertBound(-1, 1024, over(messages, new Held(500, 0), OLD));
    assertBound(-1, 1024, over(of(QUEUE, OLD), new Held(1024, 0), OLD));
    assertBound(8 << 20, -1, over(messages, new Held(900, 4 << 20), ServerTraits.SOUND));
  }

  @Test
  void deadLettersAreKnownForADayExceptWhereARefusedOneWouldBe() {
    assertEquals(
        Duration.ofDays(1), of(LetterStore.STREAM, ServerTraits.SOUND).getDuplicateWindow());
    assertEquals(
        Duration.ofMinutes(5),
        of(LetterStore.STREAM, ServerTraits.of("2.10.27", 3)).getDuplicateWindow());
  }
}
