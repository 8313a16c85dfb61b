package io.weir.benchmarks.gateway;

import io.weir.localstack.FreePorts;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Two servers of nginx: one that is the model, with the same answer to every chat, and one that
 * passes requests on, with kept connections and nothing buffered.
 */
final class Nginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ManagedProcess process;
  private final int port;

  private Nginx(ManagedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  static Nginx model(Path folder, Undertaker undertaker) throws Exception {
    int port = FreePorts.one();
    String server =
        """
      server {
          listen 127.0.0.1:%d backlog=4096;
          default_type application/json;
          location /v1/chat/completions { return 200 '%s'; }
          location /v1/models { return 200 '{"object":"list","data":[{"id":"static","object":"model","created":1,"owned_by":"nginx"}]}'; }
        }
      """
            .formatted(port, Chats.ANSWER);
    return start("nginx-model", folder, port, server, undertaker);
  }

  static Nginx proxy(Path folder, int plain, int streamed, Undertaker undertaker) throws Exception {
    int port = FreePorts.one();
    String servers =
        """
      upstream plain { server 127.0.0.1:%d; keepalive 512; keepalive_requests 1000000000; }
        upstream streamed { server 127.0.0.1:%d; keepalive 512; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:%d backlog=4096;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_buffering off;
          location /plain/ { proxy_pass http://plain/; }
          location /streamed/ { proxy_pass http://streamed/; }
        }
      """
            .formatted(plain, streamed, port);
    return start("nginx-proxy", folder, port, servers, undertaker);
  }

  private static Nginx start(
      String name, Path folder, int port, String servers, Undertaker undertaker)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path file = folder.resolve("nginx.conf");
    Files.writeString(
        file,
        """
      daemon off;
      worker_processes 1;
      error_log stderr warn;
      pid %1$s/pid;
      events { worker_connections 8192; }
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
        keepalive_requests 1000000000;
        keepalive_timeout 1h;
        tcp_nodelay on;
        client_body_buffer_size 64k;
        %2$s
      }
      """
            .formatted(folder, servers));
    var process =
        ManagedProcess.start(
            new Launch(
                name,
                List.of("nginx", "-p", folder.toString(), "-c", file.toString()),
                Map.of("PATH", System.getenv("PATH")),
                folder,
                folder.resolve("nginx.log")),
            undertaker);
    Await.until(name + " listens", PATIENCE, () -> listens(port));
    return new Nginx(process, port);
  }

  static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    process.close();
  }
}
