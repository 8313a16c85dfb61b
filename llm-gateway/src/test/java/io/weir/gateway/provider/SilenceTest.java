package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;

final class SilenceTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Call call =
      new OkHttpClient().newCall(Silence.bindable(new Request.Builder().url("http://127.0.0.1/")));

  @Test
  void whatComesInTimeIsReadAndTheCallGoesOn() throws Exception {
    var silence = new Silence("test", Duration.ofHours(1));

    assertEquals("piece", silence.bounded(call, () -> "piece"));

    assertFalse(call.isCanceled());
  }

  @Test
  void aSilenceThatIsTooLongEndsTheCallAndIsATimeOut() {
    var silence = new Silence("test", Duration.ofMillis(20));

    var timeOut =
        assertThrows(
            SocketTimeoutException.class, () -> silence.bounded(call, this::untilCancelled));

    assertTrue(call.isCanceled());
    assertEquals("java.io.IOException: Canceled", String.valueOf(timeOut.getCause()));
  }

  @Test
  void whatFailsByItselfFailsAsItDid() {
    var silence = new Silence("test", Duration.ofHours(1));
    var reset = new IOException("reset");

    var failure =
        assertThrows(
            IOException.class,
            () ->
                silence.bounded(
                    call,
                    () -> {
                      throw reset;
                    }));

    assertSame(reset, failure);
    assertFalse(call.isCanceled());
  }

  @Test
  void aPieceThatCameAtTheLastMomentIsReadAndTheNextReadIsTheTimeOut() throws Exception {
    var silence = new Silence("test", Duration.ofMillis(20));
    assertEquals(
        "late",
        silence.bounded(
            call,
            () -> {
              assertThrows(IOException.class, this::untilCancelled);
              return "late";
            }));

    var _ =
        assertThrows(
            SocketTimeoutException.class, () -> silence.bounded(call, this::untilCancelled));

    assertTrue(call.isCanceled());
  }

  private String untilCancelled() throws IOException {
    try {
      Await.until("the end of the call", SOON, call::isCanceled);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    throw new IOException("Canceled");
  }
}
