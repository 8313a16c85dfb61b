package io.weir.localstack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * TCP ports of 127.0.0.1 that nobody listens on, each handed out once by this process until all
 * were. They lie below those that systems give to outgoing connections and to whoever lets them
 * pick (32768 on Linux, 49152 on others), so that nobody is given one before it is used, nor while
 * a server that was killed is down; only somebody who asks for this very port gets it. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int COUNT = 12_768;

  // Processes that choose at the same time begin at different places.
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

  private FreePorts() {}

  public static int one() {
    return several(1).getFirst();
  }

  /** Different ports. */
  public static List<Integer> several(int count) {
    List<Integer> free =
        IntStream.generate(() -> FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT))
            .limit(COUNT)
            .filter(FreePorts::isFree)
            .limit(count)
            .boxed()
            .toList();
    if (free.size() < count) {
      throw new IllegalStateException(
          "no %d free ports on 127.0.0.1 from %d to %d".formatted(count, FIRST, FIRST + COUNT - 1));
    }
    return free;
  }

  /** Whether a server could listen on this port of 127.0.0.1 now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
