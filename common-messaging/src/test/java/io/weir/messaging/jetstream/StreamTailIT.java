package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.RESULT_STREAM;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.weir.messaging.TailListener;
import io.weir.messaging.Tailed;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that a stream gets is heard, in order and once, whatever happens to the server. */
final class StreamTailIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final Heard heard = new Heard();

  private static final class Heard implements TailListener<StringValue> {
    final List<String> words = new CopyOnWriteArrayList<>();
    final List<Boolean> followed = new CopyOnWriteArrayList<>();

    @Override
    public void message(Tailed<StringValue> message) {
      words.add(message.payload().getValue());
    }

    @Override
    public void following(boolean lost) {
      followed.add(lost);
    }

    @Override
    public void interrupted() {}
  }

  private void publish(int word) {
    long _ =
        nats.messaging
            .publisher()
            .publish(message(RESULT.with("k"), "m" + word, String.valueOf(word)));
  }

  private static List<String> words(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  private void awaitWords(List<String> wanted) throws InterruptedException {
    try {
      Await.until("the last word", PATIENCE, () -> heard.words.contains(wanted.getLast()));
    } finally {
      assertEquals(wanted, new ArrayList<>(heard.words));
    }
  }

  @Test
  void whatCameBeforeIsNotHeardAndWhatComesIsHeardInOrder() throws Exception {
    IntStream.range(0, 10).forEach(this::publish);
    nats.started(nats.messaging.tail(RESULT_STREAM, CODEC, heard));
    IntStream.range(10, 2_000).forEach(this::publish); // some pulls
    awaitWords(words(10, 2_000));
    assertEquals(List.of(false), heard.followed);
  }

  @Test
  void aKilledServerCostsNothing() throws Exception {
    nats.started(nats.messaging.tail(RESULT_STREAM, CODEC, heard));
    IntStream.range(0, 50).forEach(this::publish);
    awaitWords(words(0, 50));
    for (int round = 1; round <= 2; round++) {
      nats.server.kill();
      nats.server.restart();
      int from = 50 * round;
      for (int i = from; i < from + 50; i++) {
        int word = i;
        Await.until("word " + word + " is taken", PATIENCE, () -> taken(word));
      }
      awaitWords(words(0, from + 50));
    }
    assertFalse(heard.followed.contains(true), heard.followed::toString);
  }

  private boolean taken(int word) {
    try {
      publish(word);
      return true;
    } catch (io.weir.messaging.MessagingException e) {
      return false;
    }
  }

  @Test
  void aStreamThatIsMadeAnewIsToldAsALoss() throws Exception {
    nats.started(nats.messaging.tail(RESULT_STREAM, CODEC, heard));
    IntStream.range(0, 5).forEach(this::publish);
    awaitWords(words(0, 5));
    var _ = nats.observer.jetStreamManagement().deleteStream(RESULT_STREAM.name());
    nats.messaging.streams(RESULT_STREAM).start();
    Await.until("the loss is told", PATIENCE, () -> heard.followed.contains(true));
    publish(77);
    awaitWords(List.of("0", "1", "2", "3", "4", "77"));
  }

  @Test
  void oneSubjectIsFollowedFromAPlaceOn() throws Exception {
    IntStream.range(0, 10).forEach(this::publish);
    nats.started(nats.messaging.tail(RESULT_STREAM, RESULT.with("k"), 4, CODEC, heard));
    publish(10);
    awaitWords(words(4, 11));
    var others = new Heard();
    nats.started(nats.messaging.tail(RESULT_STREAM, RESULT.with("other"), 0, CODEC, others));
    assertEquals(List.of(false), others.followed);
    assertTrue(others.words.isEmpty());
  }

  @Test
  void whoHasMissedSomethingReadsIt() throws Exception {
    IntStream.range(0, 1_200).forEach(this::publish);
    StreamHistory<StringValue> history = nats.messaging.history(RESULT_STREAM, CODEC);
    assertEquals(new StreamHistory.Range(1, 1_200), history.range());
    var read = new ArrayList<String>();
    history.read(101, message -> read.add(message.payload().getValue()));
    assertEquals(words(100, 1_200), read);
    assertTrue(read.size() > 500, "more than one pull");
  }
}
