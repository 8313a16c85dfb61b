package io.weir.gateway.provider;

import io.weir.gateway.config.TimeOuts;
import io.weir.gateway.pipeline.Failure;
import io.weir.messaging.runtime.Component;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client to all providers. Follows no redirects, so that a key never travels to an
 * address that is not configured, and sends a request once: a paid call is never repeated behind
 * its caller's back. Thread-safe.
 */
public final class UpstreamHttp implements Component {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(1);

  /** HTTP/2 only: a connection that is dead is noticed, and not given to the next call. */
  private static final Duration PING = Duration.ofSeconds(30);

  private static final int IDLE_CONNECTIONS = 1_024;
  private static final int BUFFERED_ERROR_BYTES = 64 << 10;

  private final OkHttpClient client;
  private final OkHttpClient quick;
  private final TimeOuts timeOuts;
  private final Silence beforeStream;
  private final Silence withinStream;

  public UpstreamHttp(TimeOuts timeOuts) {
    this(
        new OkHttpClient.Builder()
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionPool(
                new ConnectionPool(
                    IDLE_CONNECTIONS, IDLE_CONNECTION.toSeconds(), TimeUnit.SECONDS)),
        timeOuts);
  }

  private UpstreamHttp(OkHttpClient.Builder builder, TimeOuts timeOuts) {
    this.timeOuts = timeOuts;
    this.beforeStream = new Silence("first-bytes", timeOuts.firstByte());
    this.withinStream = new Silence("idle-streams", timeOuts.idle());
    // The call's own time-out bounds its reads and writes too. One more on each of them is a timer
    // more, and wakes two threads: a third of what such a call costs.
    this.client =
        builder
            .connectTimeout(timeOuts.connect())
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .callTimeout(timeOuts.total())
            .pingInterval(PING)
            .eventListener(new Waits(beforeStream))
            .build();
    this.quick = client.newBuilder().callTimeout(timeOuts.connect()).build();
  }

  /** The same client and connections with other time-outs. */
  UpstreamHttp with(TimeOuts others) {
    return others.equals(timeOuts) ? this : new UpstreamHttp(client.newBuilder(), others);
  }

  /** A call that ends within the total time-out. */
  Call call(Request request) {
    return client.newCall(request);
  }

  /**
   * A call whose answer is a stream. Of its execution {@link #beforeStream} bounds what the
   * provider is silent for when all is sent, and in a TLS handshake; not the time to connect, which
   * has a bound of its own, nor that of a long request on a slow line.
   */
  Call stream(Request.Builder request) {
    return client.newCall(Silence.bindable(request));
  }

  /** Bounds the silence until the first event of a stream. */
  Silence beforeStream() {
    return beforeStream;
  }

  /** Bounds the silence between two pieces of a stream. */
  Silence withinStream() {
    return withinStream;
  }

  /** A call for a small page that must come quickly. */
  Call quick(Request request) {
    return quick.newCall(request);
  }

  /** A body that is sent once: a call that failed after it began is not repeated. */
  static RequestBody once(byte[] json) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return JSON;
      }

      @Override
      public long contentLength() {
        return json.length;
      }

      @Override
      public boolean isOneShot() {
        return true;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        sink.write(json);
      }
    };
  }

  /**
   * What is read of a body. Streams are asked for as they are, since compression holds pieces back;
   * a provider, or a proxy before it, may compress them all the same.
   */
  static BufferedSource source(Response response, ResponseBody body) {
    boolean zipped = "gzip".equalsIgnoreCase(response.header("Content-Encoding"));
    return zipped ? Okio.buffer(new GzipSource(body.source())) : body.source();
  }

  /** The beginning of an error's body; what can't be read of it is left out. */
  static byte[] errorBody(Response response) {
    @Nullable ResponseBody body = response.body();
    if (body == null) {
      return new byte[0];
    }
    try {
      BufferedSource source = source(response, body);
      source.request(BUFFERED_ERROR_BYTES);
      long available = Math.min(source.getBuffer().size(), BUFFERED_ERROR_BYTES);
      return source.readByteArray(available);
    } catch (IOException cutOff) {
      return new byte[0];
    }
  }

  /** Whether the provider says to send the same again; null when it says nothing. */
  static @Nullable Boolean shouldRetry(Response response) {
    return switch (String.valueOf(response.header("x-should-retry"))) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  /**
   * What a failed exchange means.
   *
   * @param begun whether the provider had begun to answer
   * @throws InterruptedException when the calling thread was interrupted, which ended the exchange
   */
  static Failure failure(String provider, IOException e, boolean begun)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the call to " + provider + " was interrupted");
    }
    if (!begun && neverReached(e)) {
      return Failure.unreachable(
          "Provider '" + provider + "' can't be reached (" + name(e) + "); is its base_url right?");
    }
    boolean timedOut =
        e instanceof SocketTimeoutException
            || (e instanceof InterruptedIOException && "timeout".equals(e.getMessage()));
    if (timedOut) {
      return Failure.timeOut(
          begun
              ? "Provider '" + provider + "' stopped answering before its answer was whole."
              : "Provider '" + provider + "' did not answer in time.");
    }
    return Failure.providerError(
        "Provider '" + provider + "' broke off its answer (" + name(e) + ").",
        begun ? "stream_broken" : "provider_broke_off");
  }

  /**
   * Whether the request can't have arrived. One that did and broke the connection may do so again,
   * and must count as this request's failure.
   */
  private static boolean neverReached(IOException e) {
    return e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof NoRouteToHostException
        || e instanceof SSLException
        || (e instanceof SocketTimeoutException && connecting(e.getMessage()));
  }

  private static boolean connecting(@Nullable String message) {
    return message != null && message.toLowerCase(Locale.ROOT).contains("connect");
  }

  private static String name(IOException e) {
    return e.getClass().getSimpleName();
  }

  @Override
  public void close() {
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }

  /** Tells when a provider is waited for while a call is executed. */
  private static final class Waits extends EventListener {
    private final Silence silence;

    Waits(Silence silence) {
      this.silence = silence;
    }

    @Override
    public void secureConnectStart(Call call) {
      begin(call);
    }

    @Override
    public void secureConnectEnd(Call call, @Nullable Handshake handshake) {
      silence.end(call);
    }

    @Override
    public void requestBodyEnd(Call call, long byteCount) {
      begin(call);
    }

    private void begin(Call call) {
      if (Silence.binds(call)) {
        silence.begin(call);
      }
    }
  }
}
