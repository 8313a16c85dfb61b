package io.weir.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** A connection to a provider, for one call at a time. */
final class Connection {
  /**
   * Servers say more than they should; a hostile one must not fill the memory. Three buffers belong
   * to each connection, idle or not; what is longer passes them by.
   */
  private static final Http1Config BOUNDS =
      Http1Config.custom()
          .setBufferSize(4 << 10)
          .setMaxHeaderCount(500)
          .setMaxLineLength(64 << 10)
          .build();

  /** Read from before it is used again; what is younger is as good as certain not to be closed. */
  private static final long QUESTIONABLE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int FEW_BYTES = 4 << 10;

  private final Origin origin;
  private final Socket socket;
  private final Socket talk;
  private final Messages messages = new Messages();
  private long idleSince;
  private boolean sentWhole;

  /**
   * @param socket the wire
   * @param talk what the server says on it: the same, or what TLS makes of it
   */
  private Connection(Origin origin, Socket socket, Socket talk) {
    this.origin = origin;
    this.socket = socket;
    this.talk = talk;
  }

  /** Knows what was read beyond the end of an answer. */
  private static final class Messages extends DefaultBHttpClientConnection {
    private @Nullable SessionInputBuffer read;

    Messages() {
      super(BOUNDS);
    }

    @Override
    protected InputStream createContentInputStream(
        long length, SessionInputBuffer buffer, InputStream socket) {
      read = buffer;
      return super.createContentInputStream(length, buffer, socket);
    }

    boolean hasUnread() {
      return read != null && read.length() > 0;
    }
  }

  static Connection over(Origin origin, Socket plain) throws IOException {
    var made = new Connection(origin, plain, plain);
    made.messages.bind(plain);
    return made;
  }

  static Connection over(Origin origin, SSLSocket secure, Socket plain) throws IOException {
    var made = new Connection(origin, plain, secure);
    made.messages.bind(secure, plain);
    return made;
  }

  Origin origin() {
    return origin;
  }

  Socket socket() {
    return socket;
  }

  /**
   * Sends a request. What it fails with is left for the answer to explain, which a server that
   * refuses a long body sends before it hangs up.
   */
  @Nullable IOException send(UpstreamRequest request) {
    ClassicHttpRequest message = message(request);
    sentWhole = false;
    try {
      messages.sendRequestHeader(message);
      messages.sendRequestEntity(message);
      messages.flush();
      sentWhole = true;
      return null;
    } catch (HttpException e) {
      return protocol(e);
    } catch (IOException e) {
      return e;
    }
  }

  /** Reads status and headers, and begins to read the body. */
  ClassicHttpResponse receive() throws IOException {
    try {
      ClassicHttpResponse response = messages.receiveResponseHeader();
      while (response.getCode() < HttpStatus.SC_OK) {
        if (response.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
          throw new ProtocolException("a change of protocols that nobody asked for");
        }
        response = messages.receiveResponseHeader();
      }
      if (mayHaveBody(response.getCode())) {
        messages.receiveResponseEntity(response);
      }
      return response;
    } catch (HttpException | IllegalArgumentException e) {
      throw protocol(e); // a status of 000, for instance
    }
  }

  /** Whether a further request may follow when all of {@code response} is read. */
  boolean mayBeKept(ClassicHttpResponse response) {
    return sentWhole
        && response.getEntity() != null // what has none by its status may have one all the same
        && !messages.hasUnread() // it would be the answer to the next request
        && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(
            null, response, HttpCoreContext.create());
  }

  /** Whether {@code body} has little left and is read to its end before a short wait is over. */
  boolean endsWithin(InputStream body, Duration wait) throws IOException {
    byte[] rest = new byte[FEW_BYTES];
    long deadline = System.nanoTime() + wait.toNanos();
    int count = 0;
    for (int read = 0; read >= 0 && count < rest.length; count += read) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      messages.setSocketTimeout(Timeout.ofMilliseconds(left));
      read = body.read(rest, count, rest.length - count);
    }
    messages.setSocketTimeout(Timeout.DISABLED);
    return count < rest.length;
  }

  void idle() {
    idleSince = System.nanoTime();
  }

  /**
   * Whether it looks alive after its rest. A server that said something unasked has hung up, and
   * what it said must not become the answer to the next request.
   */
  boolean looksAlive() {
    try {
      boolean young = System.nanoTime() - idleSince < QUESTIONABLE_NANOS;
      return !hasSaidSomething() && (young || isSilent());
    } catch (IOException e) {
      return false;
    }
  }

  /** Not read yet, or decrypted with the record that an answer ended in. */
  private boolean hasSaidSomething() throws IOException {
    return socket.getInputStream().available() > 0 || talk.getInputStream().available() > 0;
  }

  private boolean isSilent() throws IOException {
    talk.setSoTimeout(1);
    try {
      int _ = talk.getInputStream().read(); // its end, or a word: both are one too many
      return false;
    } catch (SocketTimeoutException e) {
      talk.setSoTimeout(0);
      return true;
    }
  }

  /** At once, also while another thread reads from it or writes to it. */
  void close() {
    close(socket);
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is given up anyway.
    }
  }

  private static ClassicHttpRequest message(UpstreamRequest request) {
    byte[] json = request.json();
    var message = new BasicClassicHttpRequest(json == null ? "GET" : "POST", request.target());
    message.addHeader(HttpHeaders.HOST, request.origin().authority());
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      message.setHeader(header.getKey(), header.getValue());
    }
    if (json != null) {
      message.setHeader(HttpHeaders.CONTENT_TYPE, "application/json");
      message.setHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(json.length));
      message.setEntity(new ByteArrayEntity(json, null));
    }
    return message;
  }

  private static boolean mayHaveBody(int status) {
    return status != HttpStatus.SC_NO_CONTENT && status != HttpStatus.SC_NOT_MODIFIED;
  }

  private static ProtocolException protocol(Exception e) {
    var failure = new ProtocolException(e.getMessage());
    failure.initCause(e);
    return failure;
  }
}
