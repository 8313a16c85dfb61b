package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.gateway.pipeline.Failure;
import java.io.IOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

final class BrokenCallsTest {
  /** Or it might be asked for, and paid, again. */
  @Test
  void whatMayHaveArrivedIsNotUnreachable() throws Exception {
    for (IOException broken :
        new IOException[] {new SSLException("bad record"), new IOException()}) {
      assertEquals(Failure.Kind.PROVIDER_ERROR, BrokenCalls.failure("p", broken, false).kind());
    }
    assertEquals(
        Failure.Kind.TIME_OUT,
        BrokenCalls.failure("p", new SocketTimeoutException(), false).kind());
  }
}
