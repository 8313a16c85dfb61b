package io.weir.gateway.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * An answer whose head is there. What is compressed is read as what it says. For one thread at a
 * time.
 */
public final class UpstreamResponse implements AutoCloseable {
  /** A body of a length that is told and not above is read into one array. */
  private static final int READ_AT_ONCE = 1 << 20;

  private static final Duration END = Duration.ofMillis(100);

  private final UpstreamCall call;
  private final Connection connection;
  private final ClassicHttpResponse head;
  private final InputStream raw;
  private final boolean zipped;
  private @Nullable InputStream body;
  private boolean atEnd;
  private boolean closed;

  UpstreamResponse(UpstreamCall call, Connection connection, ClassicHttpResponse head)
      throws IOException {
    this.call = call;
    this.connection = connection;
    this.head = head;
    HttpEntity entity = head.getEntity();
    this.raw = entity == null ? InputStream.nullInputStream() : entity.getContent();
    this.zipped = "gzip".equalsIgnoreCase(header(HttpHeaders.CONTENT_ENCODING).orElse(""));
  }

  public int status() {
    return head.getCode();
  }

  /** The first header of that name. */
  public Optional<String> header(String name) {
    Header header = head.getFirstHeader(name);
    return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
  }

  /**
   * Reads what is there, at least a byte.
   *
   * @return how many bytes; -1 after the last
   */
  public int read(byte[] buffer) throws IOException {
    return read(buffer, 0);
  }

  private int read(byte[] buffer, int from) throws IOException {
    try {
      int count = body().read(buffer, from, buffer.length - from);
      if (count < 0) {
        atEnd = raw.read() < 0;
      }
      return count;
    } catch (IOException | StackOverflowError e) {
      throw broken(e);
    }
  }

  /** All of the body, or an exception when it is longer than {@code most}. */
  public byte[] bytes(int most) throws IOException {
    byte[] all = beginning(most + 1);
    if (all.length > most) {
      throw new IOException("an answer of more than " + most + " bytes");
    }
    return all;
  }

  /** The body up to the first {@code most} bytes. */
  public byte[] beginning(int most) throws IOException {
    long told = head.getEntity() == null ? 0 : head.getEntity().getContentLength();
    if (!zipped && told >= 0 && told < most && told <= READ_AT_ONCE) {
      return told((int) told);
    }
    try {
      byte[] read = body().readNBytes(most);
      atEnd = read.length < most && raw.read() < 0;
      return read;
    } catch (IOException | StackOverflowError e) {
      throw broken(e);
    }
  }

  private byte[] told(int length) throws IOException {
    byte[] all = new byte[length];
    int count = 0;
    while (count < length) {
      count += read(all, count); // who breaks off early is an exception, and not an end
    }
    atEnd = true;
    return all;
  }

  private InputStream body() throws IOException {
    if (body == null) {
      body = zipped ? new GZIPInputStream(new Zipped(raw)) : raw;
    }
    return body;
  }

  /** GZIPInputStream calls itself for each empty part of what is compressed in parts. */
  private IOException broken(Throwable e) {
    return call.explained(
        e instanceof IOException failure ? failure : new IOException("compressed in vain", e));
  }

  private void closeInflater() {
    if (zipped && body != null) {
      try {
        body.close();
      } catch (IOException e) {
        // Only its memory was to be freed.
      }
    }
  }

  /** What an inflater reads from. To close it would read it to its end. */
  private static final class Zipped extends FilterInputStream {
    Zipped(InputStream raw) {
      super(raw);
    }

    @Override
    public void close() {}
  }

  /**
   * All that counts is read: waits shortly for the end of the body, so that the connection can be
   * kept.
   */
  public void finish() {
    if (!atEnd) {
      try {
        atEnd = connection.endsWithin(raw, END);
      } catch (IOException e) {
        atEnd = false; // then the connection is closed, and that is all
      }
    }
  }

  /**
   * Nothing more of it is wanted. Its connection is kept when it was read to its end, and else
   * closed, which ends the call at the provider.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeInflater();
    if (atEnd && connection.mayBeKept(head)) {
      call.leave(connection);
    } else {
      call.giveUp();
    }
  }
}
