package io.weir.platform.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Tailed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody who watches is told, and what it costs when they don't look. */
final class MailboxTest {
  private final Feed<String> feed =
      new Feed<>("test", text -> List.of(text.substring(0, 1)), new SimpleMeterRegistry());
  private long sequence;

  private void happens(String... texts) {
    for (String text : texts) {
      feed.message(new Tailed<>(++sequence, "test." + text, Instant.EPOCH, text));
    }
  }

  private static Object next(Mailbox<String> mailbox) throws InterruptedException {
    return switch (mailbox.take(Duration.ZERO)) {
      case Next.Message<String>(Tailed<String> message) -> message.payload();
      case Next<String> other -> other.getClass().getSimpleName();
    };
  }

  @Test
  void allThatIsWantedComesInOrderAndNothingElse() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofAll(10, text -> !text.endsWith("2"));
    try (var _ = feed.watch("a", mailbox)) {
      happens("a1", "b1", "a2", "a3");
      assertEquals("a1", next(mailbox));
      assertEquals("a3", next(mailbox));
      assertEquals("Nothing", next(mailbox));
    }
    happens("a4");
    assertEquals("Nothing", next(mailbox), "watched no more");
  }

  @Test
  void whoWatchesEverythingHearsEverything() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofAll(10, _ -> true);
    try (var _ = feed.watch(Feed.ALL, mailbox)) {
      happens("a1", "b1");
      assertEquals(List.of("a1", "b1"), List.of(next(mailbox), next(mailbox)));
    }
  }

  @Test
  void ofAThingThatChangesFasterThanItIsReadTheLatestIsKept() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofLatest(2, text -> text.substring(0, 1), _ -> true);
    try (var _ = feed.watch(Feed.ALL, mailbox)) {
      for (int i = 0; i < 1_000; i++) {
        happens("a" + i, "b" + i);
      }
      assertEquals("a999", next(mailbox));
      assertEquals("b999", next(mailbox));
      assertEquals("Nothing", next(mailbox));
    }
  }

  @Test
  void moreThanItHoldsIsToldAfterWhatItHeldAndNothingComesAfterAHole() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofAll(2, _ -> true);
    try (var _ = feed.watch("a", mailbox)) {
      happens("a1", "a2", "a3");
      assertEquals("a1", next(mailbox));
      happens("a4");
      assertEquals("a2", next(mailbox));
      assertEquals("Overflowed", next(mailbox));
      happens("a5");
      assertEquals("Overflowed", next(mailbox));
    }
  }

  @Test
  void anInterruptionIsToldBeforeWhatComesAfterIt() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofAll(2, _ -> true);
    try (var _ = feed.watch("a", mailbox)) {
      assertFalse(feed.following());
      feed.following(true);
      feed.following(false);
      assertTrue(feed.following());
      happens("a1");
      assertEquals(new Next.Resumed<String>(true), mailbox.take(Duration.ZERO));
      assertEquals("a1", next(mailbox));
      feed.interrupted();
      assertFalse(feed.following());
    }
  }

  @Test
  void whoWaitsIsWokenAndAnEndIsTheLastThingTold() throws Exception {
    Mailbox<String> mailbox = Mailbox.ofAll(2, _ -> true);
    Thread _ = Thread.ofVirtual().start(mailbox::wake);
    assertInstanceOf(Next.Woken.class, mailbox.take(Duration.ofMinutes(1)));
    Thread _ = Thread.ofVirtual().start(mailbox::end);
    assertInstanceOf(Next.Ended.class, mailbox.take(Duration.ofMinutes(1)));
    assertEquals("Ended", next(mailbox));
  }
}
