package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nats.client.impl.Headers;
import io.nats.client.support.Status;
import io.weir.messaging.flow.PullState.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PullStatusTest {
  private static Headers pending(String messages) {
    return new Headers()
        .put("Nats-Pending-Messages", messages)
        .put("Nats-Pending-Bytes", "16777000");
  }

  @ParameterizedTest
  @CsvSource({
    "100, Idle Heartbeat, HEARTBEAT",
    "404, No Messages, NOTHING_MORE",
    "408, Request Timeout, NOTHING_MORE",
    "409, Batch Completed, NOTHING_MORE",
    "409, Leadership Change, OVER",
    "409, Server Shutdown, OVER",
    "409, Message Size Exceeds MaxBytes, TOO_LARGE",
    "409, Exceeded MaxWaiting, REFUSED",
    "409, Consumer is push based, REFUSED",
    "409, Consumer Deleted, CONSUMER_GONE",
    "503, No Responders, REFUSED"
  })
  void eachStatusSaysWhatBecomesOfThePull(int code, String message, Answer answer) {
    assertEquals(answer, PullStatus.of(new Status(code, message)));
  }

  @Test
  void aPullThatIsOverTellsHowMuchOfItWillNotCome() {
    assertEquals(0, PullStatus.unsent(Answer.NOTHING_MORE, pending("0")));
    assertEquals(17, PullStatus.unsent(Answer.NOTHING_MORE, pending("17")));
    assertEquals(17, PullStatus.unsent(Answer.TOO_LARGE, pending("17")));
  }

  @Test
  void nothingMoreComesForAPullOfWhichTheServerDoesNotSayIt() {
    assertEquals(Integer.MAX_VALUE, PullStatus.unsent(Answer.NOTHING_MORE, null));
    assertEquals(Integer.MAX_VALUE, PullStatus.unsent(Answer.NOTHING_MORE, new Headers()));
    assertEquals(Integer.MAX_VALUE, PullStatus.unsent(Answer.NOTHING_MORE, pending("some")));
    assertEquals(Integer.MAX_VALUE, PullStatus.unsent(Answer.OVER, pending("17")));
  }
}
