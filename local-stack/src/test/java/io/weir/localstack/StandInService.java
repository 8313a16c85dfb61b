package io.weir.localstack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * What a service looks like from outside: ready on its port, drains on SIGTERM. It fails at start
 * when {@code WEIR_STAND_IN_FAILS} names its module.
 */
final class StandInService {

  private StandInService() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> environment = System.getenv();
    String module = Path.of(System.getProperty("java.class.path")).getFileName().toString();
    if (module.startsWith(environment.getOrDefault("WEIR_STAND_IN_FAILS", "none"))) {
      System.out.println("cannot start: a setting is wrong");
      System.exit(78);
    }
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(environment.get("HTTP_PORT"))),
            50);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              (exchange.getRequestURI().getPath().equals("/environment")
                      ? environment.toString()
                      : "ready")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("drained")));
    server.start();
  }

  /**
   * Makes a checkout whose services are this program; its local-stack is the one of the real
   * checkout.
   */
  static Path checkout(Path directory, Path realRoot) throws IOException {
    for (StackService service : StackService.values()) {
      Path app =
          Files.createDirectories(
              directory.resolve(service.module()).resolve("target").resolve("app"));
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandInService.class.getName());
      Path jar = app.resolve(service.module() + "-0.1.0-SNAPSHOT.jar");
      String name = StandInService.class.getName().replace('.', '/') + ".class";
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
          var bytes = StandInService.class.getResourceAsStream("StandInService.class")) {
        out.putNextEntry(new JarEntry(name));
        out.write(java.util.Objects.requireNonNull(bytes).readAllBytes());
      }
    }
    Path app = realRoot.toRealPath().resolve("local-stack").resolve("target").resolve("app");
    Path link =
        Files.createDirectories(directory.resolve("local-stack").resolve("target")).resolve("app");
    Files.createSymbolicLink(link, app);
    return directory;
  }
}
