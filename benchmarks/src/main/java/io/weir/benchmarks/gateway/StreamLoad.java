package io.weir.benchmarks.gateway;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** Reads many streams at once and notes how old each chunk is when it arrives. */
final class StreamLoad {
  /** Of each stream; by then no other one is about to begin. */
  private static final int FIRST_CHUNKS = 10;

  private StreamLoad() {}

  /**
   * What was seen of all streams of one run.
   *
   * @param whole streams that ended with {@code [DONE]}
   * @param p50 age of a chunk at its arrival, in milliseconds
   * @param rate chunks a second, while the first to the last stream ran
   * @param laterP99 as {@code p99}, of all but the first ten chunks of each stream
   */
  record Seen(
      int streams,
      int whole,
      long chunks,
      double rate,
      double p50,
      double p99,
      double most,
      double laterP99) {}

  /** Opens so many streams at once and reads them to their end. */
  static Seen run(Target target, int streams, Duration patience) throws InterruptedException {
    var ages = new ArrayList<long[]>();
    var whole = new LongAdder();
    var done = new CountDownLatch(streams);
    byte[] request = request(target);
    long begun = System.nanoTime();
    for (int i = 0; i < streams; i++) {
      Thread.ofVirtual()
          .name("stream")
          .start(
              () -> {
                var own = new Ages();
                try {
                  if (read(target, request, patience, own)) {
                    whole.increment();
                  }
                } catch (IOException e) {
                  // Counted: this stream is not whole.
                } finally {
                  synchronized (ages) {
                    ages.add(own.values());
                  }
                  done.countDown();
                }
              });
    }
    done.await();
    double seconds = (System.nanoTime() - begun) / 1e9;
    long[] all;
    long[] later;
    synchronized (ages) {
      all = ages.stream().flatMapToLong(Arrays::stream).sorted().toArray();
      later =
          ages.stream()
              .flatMapToLong(one -> Arrays.stream(one).skip(FIRST_CHUNKS))
              .sorted()
              .toArray();
    }
    return new Seen(
        streams,
        whole.intValue(),
        all.length,
        all.length / seconds,
        quantile(all, 0.5),
        quantile(all, 0.99),
        quantile(all, 1),
        quantile(later, 0.99));
  }

  private static boolean read(Target target, byte[] request, Duration patience, Ages ages)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), target.streamed().getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) patience.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
      var in = new BufferedInputStream(socket.getInputStream());
      if (!Wire.head(in).startsWith("HTTP/1.1 200")) {
        return false;
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        long now = System.nanoTime();
        int stamp = line.indexOf(StampedUpstream.STAMP);
        if (stamp >= 0) {
          int from = stamp + StampedUpstream.STAMP.length();
          ages.add(now - Long.parseLong(line.substring(from, line.indexOf('"', from))));
        } else if (line.equals("data: [DONE]")) {
          return true;
        }
      }
      return false;
    }
  }

  private static byte[] request(Target target) {
    byte[] body = Chats.streamed();
    var head = new StringBuilder();
    head.append("POST ").append(target.streamed().getRawPath()).append(" HTTP/1.1\r\n");
    List<String> lines = new ArrayList<>();
    lines.add("Host: 127.0.0.1:" + target.streamed().getPort());
    lines.add("Content-Type: application/json");
    lines.add("Content-Length: " + body.length);
    target.headers().forEach((name, value) -> lines.add(name + ": " + value));
    head.append(String.join("\r\n", lines)).append("\r\n\r\n");
    byte[] first = head.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(first, first.length + body.length);
    System.arraycopy(body, 0, all, first.length, body.length);
    return all;
  }

  private static double quantile(long[] sorted, double part) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int at = (int) Math.min(sorted.length - 1L, (long) (part * sorted.length));
    return sorted[at] / 1e6;
  }

  /** One stream's ages, in nanoseconds. */
  private static final class Ages {
    private long[] values = new long[256];
    private int count;

    void add(long age) {
      if (count == values.length) {
        values = Arrays.copyOf(values, count * 2);
      }
      values[count++] = age;
    }

    long[] values() {
      return Arrays.copyOf(values, count);
    }
  }
}
